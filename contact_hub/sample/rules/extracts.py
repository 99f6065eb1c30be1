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
TIDIED = 4  # of so many neighbourhoods, one loses an account that ended long ago
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
    end = min(last, plan.accounts)
    for begin in range(first // SIZE * SIZE, end, SIZE):
        known = list(
            holdings(
                seed=plan.seed, accounts=min(begin + SIZE, plan.accounts), day=plan.day, first=begin
            )
        )
        for holding in known:
            if first <= holding.running < end and holding.running % STRIDE == 0:
                _changed(sheets, holding, plan)
        if begin // SIZE % TIDIED == 0:
            _tidy(sheets, known, plan)
    return sheets


def _changed(sheets: Sheets, holding: Holding, plan: Plan) -> None:
    before, after = Sheets(), Sheets()
    write(before, holding, plan, until=plan.day)
    dice = dice_for(plan.seed, LATER, holding.running)
    moves = holding.closed is None and holding.line in "EW" and dice.random() < 0.12
    if moves:
        holding = replace(holding, closed=plan.day + 3)
    write(after, holding, plan, until=plan.day + WEEK)
    sheets.take(after.beyond(before))
    if moves:
        _move_in(sheets, holding, plan)


def _tidy(sheets: Sheets, known: list[Holding], plan: Plan) -> None:
    """Bury an account that ended long ago, and who had no other: the system keeps them no more."""
    gone = [one for one in known if one.has_gone(GONE, by=plan.day) and one.running % STRIDE != 0]
    if not gone:
        return
    holding, before = gone[0], Sheets()
    write(before, holding, plan, until=plan.day)
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
