"""Names of people and businesses as they are compared: folded, split, and their short forms."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_HONORIFICS = """
mr mrs ms miss mx dr prof rev sr sra srta don dona jr snr ii iii iv esq md phd
"""
_JOINING = """
de del de la las los da dos das di van von den der ter st saint mac mc o al el bin
"""
_LEGAL = """
llc inc incorporated corp corporation co company ltd limited lp llp pllc plc dba
"""
_TRADES = """
bakery cafe restaurant church school city county district association hoa properties property
management group services service center centre clinic dental shop store market salon
apartments trust estate partners holdings enterprises construction farm farms motel hotel
brewing grill laundry auto garage university college department library foundation
"""
_TITLES = frozenset(_HONORIFICS.split())
_PARTICLES = frozenset(_JOINING.split())
_LEFT_OUT = frozenset(_LEGAL.split()) | {"the", "of", "and", "y", "sa", "pc"}
_BUSINESS = frozenset(_LEGAL.split()) | frozenset(_TRADES.split())

_SHORT = """
abigail abby|abraham abe|albert al bert|alexander alex alec sasha|alexandra alex sandra lexi
alfred al fred|alejandro alex ale|andrew andy drew|angela angie|anthony tony|antonio tony tono
barbara barb babs|benjamin ben benny|bernard bernie|beatriz betty|carolyn carol|catherine cathy kate
charles charlie chuck|christina chris tina christy|christine chris tina christy
christopher chris topher kit|consuelo chelo|cynthia cindy|daniel dan danny|david dave davy
deborah deb debbie debra|dolores lola|donald don donny|dorothy dot dottie|douglas doug
edward ed eddie ted ned|eduardo lalo edu|eleanor ellie nora|elizabeth liz beth betty lizzie eliza
emily em emmy|enrique quique|eugene gene|frances fran franny|francis frank fran|francisco paco
frederick fred freddy rick|gabriel gabe|gerald jerry|gregory greg|guadalupe lupe|guillermo memo
harold hal harry|henry hank harry|ignacio nacho|isabella bella izzy|jacob jake|jacqueline jackie
james jim jimmy jamie|janet jan|jeffrey jeff|jennifer jen jenny|jessica jess jessie|jesus chuy
joanna jo|john jack johnny jon|jonathan jon johnny|jose pepe|joseph joe joey|josephine jo josie
joshua josh|judith judy|katherine kate kathy katie kay|kathleen kathy|kenneth ken kenny
kimberly kim|lawrence larry|leonard len lenny|louis lou|louise lou|luis lucho|manuel manny manolo
margaret maggie meg peggy marge|maria mary mari|mary molly polly|matthew matt|melissa mel missy
michael mike mikey mick|michelle shelly|mitchell mitch|nancy nan|natalie nat|nathaniel nate nathan
nicholas nick nicky|pamela pam|patricia pat patty tricia trish|patrick pat paddy|paulina paula
peter pete|philip phil|phillip phil|rafael rafa|ramona mona|raymond ray|rebecca becky becca
richard rick dick rich ricky|robert bob rob bobby robbie bert|roberto beto rob|rodney rod
ronald ron ronnie|rosario charo|russell russ|samantha sam|samuel sam sammy|santiago santi
sandra sandy|stephanie steph|stephen steve|steven steve|susan sue susie|suzanne sue|teresa terri
theodore ted teddy|theresa terry tess|thomas tom tommy|timothy tim|valerie val|veronica vero
victoria vicky tori|vincent vince|virginia ginny|walter walt|wilhelmina mina|william bill will billy
zachary zach zack
"""


class Name(NamedTuple):
    """A name in two parts, each folded to letters without blanks; either may be empty."""

    last: str
    first: str


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower case without accents, apostrophes gone, and one blank for everything else."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_LETTERS.sub(" ", text.lower().replace("'", "")).strip()


def joined(text: str) -> str:
    """Folded, and the blanks gone: "De la Cruz" and "Delacruz" are one name."""
    return fold(text).replace(" ", "")


def on_file(*, name: str, first: str, last: str, preferred: str, business: bool) -> set[Name]:
    """The forms in which a name on file is looked for; the fullest is among them."""
    if business:
        return {of_business(name)}
    if not last:
        return set(readings(name)[:1])
    family, given = joined(last), joined(first)
    found = {Name(family, given)}
    if preferred:
        found.add(Name(family, joined(preferred)))
    if not last.isalpha():  # either half of a double name is used alone
        parts = [part for part in fold(last).split() if part not in _PARTICLES]
        found |= {Name(part, given) for part in parts if len(parts) > 1}
    return found


@lru_cache(maxsize=20_000)
def readings(said: str) -> tuple[Name, ...]:
    """What a name as said can mean, likelier first: both orders, and a business."""
    before, comma, after = said.partition(",")
    words = _words(said)
    if is_business(said):
        return (of_business(said),)
    if len(words) < 2:
        alone = words[0] if words else ""
        return (Name(alone, ""),) if alone else ()
    if comma and _words(before) and _words(after):
        family, given = "".join(_words(before)), _words(after)
        found = [Name(family, given[0]), Name(given[0], family), Name(family, "".join(given))]
        return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(_splits(words)))


def is_business(said: str) -> bool:
    """Whether a name reads like an organisation's."""
    return not _BUSINESS.isdisjoint(fold(said).split())


@lru_cache(maxsize=20_000)
def of_business(name: str) -> Name:
    """A business by its first two telling words: the first is its family name."""
    words = [word for word in fold(name).split() if word not in _LEFT_OUT] or fold(name).split()
    return Name(words[0] if words else "", words[1] if len(words) > 1 else "")


def short_forms(name: str) -> frozenset[str]:
    """The names somebody of this name may go by, or be called on file; not itself."""
    return _nicknames().get(name, frozenset())


def _words(said: str) -> list[str]:
    return [word for word in fold(said).split() if word not in _TITLES]


def _splits(words: list[str]) -> list[Name]:
    """Given name first, then family name first; particles stay with what follows them."""
    parts: list[str] = []
    held = ""
    for at, word in enumerate(words):
        if word in _PARTICLES and at and at < len(words) - 1:
            held += word
        else:
            parts.append(held + word)
            held = ""
    if len(parts) == 1:
        return [Name(parts[0], "")]
    found = [Name(parts[-1], parts[0]), Name(parts[0], parts[-1])]
    if len(parts) > 2:  # a middle name, or a double family name of which one half is on file
        found += [Name(parts[1], parts[0]), Name(parts[0], parts[1])]
        found.append(Name("".join(parts[-2:]), parts[0]))
    return found


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for line in _SHORT.replace("\n", "|").split("|"):
        formal, *shorts = line.split() or [""]
        for short in shorts:
            known.setdefault(formal, set()).add(short)
            known.setdefault(short, set()).add(formal)
    return {name: frozenset(others) for name, others in known.items()}
