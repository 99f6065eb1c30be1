"""The rows of an extract: any run of accounts, and what a later extract says beyond it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contact_hub.sample.rules import city, protections
from contact_hub.sample.rules.histories import History, Span
from contact_hub.sample.rules.neighbourhoods import SIZE, holdings
from contact_hub.sample.rules.parties import Register
from contact_hub.sample.rules.residents import LATER, OUTAGES, SIDES, Holding, dice_for
from contact_hub.sample.rules.sheets import Sheets, day_text
from contact_hub.sample.rules.tariffs import write_rates

MONTH = 30.5
WEEK = 7  # days between an extract and what comes after it
STRIDE = 23  # one account of so many has changed by then
GONE = 400  # days after which a closed account is no longer kept
MOVED = 800_000_000  # running numbers of accounts that open after the extract
BEYOND = 4_500_000  # neighbourhoods of the people who open them


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What extract it is to be.

    day     the ordinal of the day on which the full extract is taken
    months  how far back bills go
    """

    accounts: int
    seed: int
    day: int
    months: int = 24

    @property
    def begins(self) -> int:
        return self.day - int(self.months * MONTH)


def full(plan: Plan, *, first: int, last: int) -> Sheets:
    """The rows of the accounts from `first` up to but without `last`."""
    sheets = Sheets()
    if first == 0:
        write_rates(sheets, until=plan.day)
        _write_outages(sheets, plan)
    for holding in holdings(
        seed=plan.seed, accounts=min(last, plan.accounts), day=plan.day, first=first
    ):
        write(sheets, holding, plan, until=plan.day)
    return sheets


def _write_outages(sheets: Sheets, plan: Plan) -> None:
    """Outages in the first neighbourhood: its places are in every extract."""
    few = holdings(seed=plan.seed, accounts=min(SIZE, plan.accounts), day=plan.day)
    premises = list(dict.fromkeys(holding.premise.id for holding in few))
    dice = dice_for(plan.seed, OUTAGES, plan.day)
    city.write_outages(sheets, premises, dice=dice, day=plan.day)


def write(sheets: Sheets, holding: Holding, plan: Plan, *, until: int) -> None:
    """Write an account with everything that comes on file with it, as it is on a day."""
    dice = dice_for(plan.seed, SIDES, holding.running)
    day = plan.day
    for party in holding.parties:
        party.write(sheets)
        protections.write_party(sheets, party, dice=dice, day=day)
    for premise in holding.premises:
        premise.write(sheets)
    for stand in holding.stands:
        stand.write(sheets)
    history = History(sheets, holding, seed=plan.seed, span=Span(plan.begins, until))
    history.write()
    ledger, payer = history.ledger, history.payer
    protections.write_flags(sheets, holding, ledger, payer, dice=dice, day=day)
    protections.write_bankruptcy(sheets, holding, dice=dice, day=day)
    protections.write_deposit(sheets, holding, until=until, day=day)
    city.write_orders(sheets, holding, dice=dice, begins=plan.begins, day=day)
    city.write_dispute(sheets, holding, ledger, dice=dice, day=day)
    city.write_programs(sheets, holding, dice=dice, day=day)
    city.write_citations(sheets, holding, dice=dice, day=day)
    if holding.line == "L" or (holding.category == "COM" and holding.line == "E"):
        city.write_licence(sheets, holding, dice=dice, day=day)
    if holding.line == "A":
        city.write_run(sheets, holding, dice=dice)
    city.write_equipment(sheets, holding, dice=dice, until=until)


def later(plan: Plan, *, first: int, last: int) -> Sheets:
    """What is new a week after the extract: bills, payments, moves, tombstones."""
    sheets = Sheets()
    for number in range(-(-first // STRIDE) * STRIDE, min(last, plan.accounts), STRIDE):
        block = number // SIZE * SIZE
        known = list(
            holdings(
                seed=plan.seed, accounts=min(block + SIZE, plan.accounts), day=plan.day, first=block
            )
        )
        _changed(sheets, known[number - block], known, plan)
    return sheets


def _changed(sheets: Sheets, holding: Holding, known: list[Holding], plan: Plan) -> None:
    before, after = Sheets(), Sheets()
    write(before, holding, plan, until=plan.day)
    if holding.closed is not None and holding.closed < plan.day - GONE:
        _bury(sheets, before, holding, known)
        return
    dice = dice_for(plan.seed, LATER, holding.running)
    moves = holding.closed is None and holding.line in "EW" and dice.random() < 0.12
    if moves:
        holding = replace(holding, closed=plan.day + 3)
    write(after, holding, plan, until=plan.day + WEEK)
    sheets.take(after.beyond(before))
    if moves:
        _move_in(sheets, holding, plan)


def _bury(sheets: Sheets, before: Sheets, holding: Holding, known: list[Holding]) -> None:
    """The billing system no longer keeps the account, nor who had no other."""
    (row,) = before.rows["accounts"]
    dead = Sheets()
    dead.rows["accounts"].append(f"{row.removesuffix('U')}D")
    dead.totals["accounts"] = before.totals["accounts"]
    others = sum(one.party is holding.party for one in known)
    if others == 1 and holding.party in holding.parties and not holding.stands:
        holding.party.write(dead, op="D")
    sheets.take(dead)


def _move_in(sheets: Sheets, old: Holding, plan: Plan) -> None:
    """Somebody else takes the place over, the day after."""
    opened = plan.day + 4
    dice = dice_for(plan.seed, LATER, MOVED + old.running)
    register = Register(dice, block=BEYOND + old.running, day=plan.day)
    comes = register.person if old.party.name else register.business
    party = comes(old.premise, since=opened)
    moved = replace(
        old, running=MOVED + old.running, party=party, opened=opened, closed=None,
        parties=[party], premises=[], stands=[], medical=False, level=False, credit=False,
        deposit=0,
    )  # fmt: skip
    write(sheets, moved, plan, until=plan.day + WEEK)


def manifest(plan: Plan, *, kind: str, at: datetime | None = None) -> dict[str, str]:
    """The head of a manifest: which extract it is, and as of when."""
    day = day_text(plan.day + (WEEK if kind == "delta" else 0))
    return {
        "extract_id": f"alder-creek-{plan.seed}-{plan.accounts}-{day}-{kind}",
        "extracted_at": at.isoformat(timespec="seconds") if at else f"{day}T06:00:00+00:00",
        "kind": kind,
    }
