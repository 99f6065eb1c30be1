"""Who could this be: everything that is known of somebody against everybody on file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contact_hub.customers.queries import candidates
from contact_hub.customers.queries.candidates import Arm, Hit
from contact_hub.customers.queries.learned import factors
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.queries.vocabulary import Lexicon, Word, lexicon
from contact_hub.customers.rules import judging
from contact_hub.customers.rules.matching import Candidate, Evidence, Found, Told
from contact_hub.customers.rules.scoring import Form, Scale, fitting, form
from contact_hub.customers.rules.weights import FLAT

ENOUGH, MORE = 8.0, 4.0  # bits that the best must bring, and for each further field
CLEAR = 10.0  # bits beyond even odds, with which somebody who fits wholly has no rival by chance
ALIKE = 0.5  # bits between two accounts of a customer that do not decide which is meant
TIED = 50  # at most so many are looked at again when they are first together
SHORT = 4  # letters below which a word has too many others two slips away
IDENTIFIERS = ("phone", "email", "number", "meter", "plate")


def find(told: Told, *, limit: int = 5) -> Found:
    """Look for whom `told` could mean; nobody is attached, and unknown stays unknown.

    Exact identifiers first; then pairs of words as they were told, where that can be enough; then
    with the words near each; and when nobody fits well, once more with all that is two slips away.
    One to four statements.
    """
    return Search(told, form(told)).run().answer(limit)


@dataclass(slots=True)
class Search:
    """One look-up on its way."""

    told: Told
    form: Form
    hits: dict[int, Hit] = field(default_factory=dict)  # by the face's primary key
    vouched: dict[int, list[Evidence]] = field(default_factory=dict)  # customer: meter and plate
    words: Lexicon = field(default_factory=lexicon)
    scale: Scale = field(init=False)
    even: float = field(init=False)  # bits at which somebody is as likely as nobody on file
    _near: dict[Word, list[str]] = field(default_factory=dict)
    _bits: dict[int, float] = field(default_factory=dict)  # by the face's primary key

    def __post_init__(self) -> None:
        faces = self.words.faces
        self.scale = Scale(self.form, self.words.counts, faces, factors())
        self.even = judging.prior(faces, known_share=parameter("matching.known_share"))

    def run(self) -> Search:
        """Find the faces, and weigh them."""
        self._look(self._exactly())
        self._vouch()
        if self.hits and self._sure():
            return self
        slips = [*self._slips()]
        if self._promising():
            self._look([*candidates.literal(self.form, self.words), *slips])
            if self.hits and self._clear():
                return self
            slips = []
        self._look([*candidates.narrow(self.form, self.near, self.words), *slips])
        if not self._explained():
            self.reach()
        return self

    def near(self, kind: str, word: str) -> list[str]:
        """Words that may be meant by one, nearest first."""
        found = self._near.get((kind, word))
        if found is None:
            found = self._near[kind, word] = self.words.near(kind, word)
        return found

    def answer(self, limit: int) -> Found:
        """The best first, with what speaks for each."""
        ranked = self.ranked()
        shares = judging.probabilities([bits for bits, _hit in ranked], even=self.even)
        likely = list(zip(ranked, shares, strict=True))
        shown = [self._candidate(hit, bits, share) for (bits, hit), share in likely[: limit + 1]]
        band = judging.band(
            shares[0] if shares else 0.0,
            suggest=parameter("matching.suggest"),
            possible=parameter("matching.possible"),
        )
        ask = ""
        if band != "suggested":
            rivals = [(share, hit.face._asdict()) for (_bits, hit), share in likely[: limit + 1]]
            ask = judging.ask_for(self._told(), rivals)
        rejected = shown[1] if len(shown) > 1 else None
        return Found(tuple(shown[:limit]), rejected, band, ask, round(self.even, 2))

    def _exactly(self) -> Iterator[Arm]:
        if self.told.phones:
            yield candidates.by_phone([_dialled(phone) for phone in self.told.phones])
        if self.form.emails:
            yield candidates.by_email(self.form.emails)
        if self.form.numbers:
            yield candidates.by_number(self.form.numbers)

    def _vouch(self) -> None:
        """Meters and plates are on no face: whoever is found under one has it."""
        for one, values, by in (
            ("meter", self.told.meters, candidates.by_meter),
            ("plate", self.told.plates, candidates.by_plate),
        ):
            plain = [*filter(None, map(_plain, values))]
            found = candidates.look([by(plain)]) if plain else {}
            self._add(found)
            bits = FLAT[one]["exact"] * self.scale.factors.get(one, 1.0)
            for customer in {hit.customer for hit in found.values()}:
                evidence = Evidence(one, plain[0], plain[0], "exact", bits)
                self.vouched.setdefault(customer, []).append(evidence)

    def _sure(self) -> bool:
        """Whether the best has an identifier that nobody else could have, and all else fits."""
        evidence = self._evidence(self.ranked()[0][1])
        exact = any(one.level == "exact" and one.field in IDENTIFIERS for one in evidence)
        return exact and _fits(evidence)

    def _promising(self) -> bool:
        """Whether somebody who fits wholly would be beyond doubt, if there is such a one."""
        form = self.form
        if form.phones or form.emails or form.numbers:  # of which one may be a slip away
            return bool(form.names)
        return self.scale.bits(fitting(form)) >= self.even + CLEAR

    def _clear(self) -> bool:
        bits, hit = self.ranked()[0]
        return bits >= self.even + CLEAR and _fits(self._evidence(hit))

    def _slips(self) -> Iterator[Arm]:
        """Numbers one slip away from those under which nobody is on file."""
        numbers = {hit.face.number for hit in self.hits.values()}
        for number in self.form.numbers:
            if number not in numbers and number.isdigit():
                yield candidates.by_number(sorted(candidates.slipped(number)))
        calls = {call for hit in self.hits.values() for call in hit.face.phones.split()}
        if len(self._told()) > 1:
            for phone in self.form.phones:
                if phone not in calls:
                    slips = sorted(candidates.slipped(phone))
                    yield candidates.by_phone([_dialled(one) for one in slips])

    def _explained(self) -> bool:
        ranked = self.ranked()
        return bool(ranked) and ranked[0][0] >= ENOUGH + MORE * (len(self._told()) - 1)

    def reach(self) -> None:
        """The second pass: every pair, with all words that are two slips away.

        Of names, only in the order in which they were told.
        """
        for kind, word in self._words():
            if len(word) >= SHORT:
                known = self.near(kind, word)
                further = self.words.far(kind, word)
                self._near[kind, word] = list(dict.fromkeys([*known[:8], *further, *known]))
        self._look(candidates.wide(self.form, self.near, self.words))

    def _look(self, arms: Iterable[Arm]) -> None:
        self._add(candidates.look(arms))

    def _add(self, found: dict[int, Hit]) -> None:
        for pk, hit in found.items():
            if pk not in self.hits:
                self.hits[pk] = hit
                self._bits[pk] = self.scale.bits(hit.face)

    def _words(self) -> Iterator[Word]:
        """Words that may be misspelt twice."""
        for reading in self.form.names[:1]:
            yield "l", reading.last
            yield "f", reading.first or reading.last
        for street in self.form.streets:
            yield "s", street

    def _told(self) -> list[str]:
        """The fields of which something was told."""
        form = self.form
        several = {
            "last": form.names,
            "first": [reading for reading in form.names if reading.first],
            "phone": form.phones,
            "email": form.emails,
            "number": form.numbers,
            "last4": form.last4,
            "house": form.houses,
            "street": form.streets,
            "zip": form.zips,
            "city": form.cities,
            "unit": form.units,
        }
        return [one for one, values in several.items() if values]

    def ranked(self) -> list[tuple[float, Hit]]:
        """Each customer by the face that fits best, and that face with the account meant."""
        by_customer: dict[int, list[tuple[float, Hit]]] = defaultdict(list)
        for pk, hit in self.hits.items():
            by_customer[hit.customer].append((self._bits[pk], hit))
        ranked = []
        for customer, faces in by_customer.items():
            bits, hit = _meant(faces) if len(faces) > 1 else faces[0]
            if customer in self.vouched:
                bits += sum(one.bits for one in self.vouched[customer])
            ranked.append((bits, hit))
        ranked.sort(key=lambda one: (-one[0], one[1].customer))
        return self._parted(ranked)

    def _parted(self, ranked: list[tuple[float, Hit]]) -> list[tuple[float, Hit]]:
        """Of those who are first with the same bits, who looks more alike comes first."""
        first = [one for one in ranked[:TIED] if one[0] > ranked[0][0] - 0.01]
        if len(first) < 2:
            return ranked
        alike = self.scale.likeness([hit.face for _bits, hit in first])
        order = sorted(range(len(first)), key=lambda at: -alike[at])
        return [*(first[at] for at in order), *ranked[len(first) :]]

    def _evidence(self, hit: Hit) -> tuple[Evidence, ...]:
        return (*self.scale.evidence(hit.face), *self.vouched.get(hit.customer, ()))

    def _candidate(self, hit: Hit, bits: float, share: float) -> Candidate:
        face = hit.face
        return Candidate(
            customer=hit.customer,
            name=face.name,
            account=face.account,
            number=face.number[::-1],
            probability=round(share, 6),
            bits=round(bits, 2),
            fields=self._evidence(hit),
        )


def _fits(evidence: Iterable[Evidence]) -> bool:
    return not any(one.level in ("similar", "differs") for one in evidence)


def _meant(faces: list[tuple[float, Hit]]) -> tuple[float, Hit]:
    """The best face of a customer; with several accounts that fit alike, none is named."""
    best, hit = max(faces, key=lambda one: one[0])
    alike = {
        one.face.account: one.face.is_open
        for bits, one in faces
        if one.face.account and best - bits < ALIKE
    }
    candidates_open = [account for account, is_open in alike.items() if is_open]
    if len(alike) < 2 or (hit.face.account in candidates_open and len(candidates_open) == 1):
        return best, hit
    if len(candidates_open) == 1:
        return next((best, one) for _bits, one in faces if one.face.account == candidates_open[0])
    return best, Hit(hit.customer, hit.face._replace(account=None, number=""))


def _plain(number: str) -> str:
    return number.replace("\0", "").strip().upper()


def _dialled(phone: str) -> str:
    """A number as points keep it; what is not written from abroad is of the office's area."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    if phone.strip().startswith("+"):
        return f"+{digits}"
    if len(digits) == 7:
        digits = f"{parameter('phones.area')}{digits}"
    return f"+{digits}" if len(digits) == 11 and digits[0] == "1" else f"+1{digits}"
