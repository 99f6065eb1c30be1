"""How people pay: by themselves, in time, late, not at all; plans kept and plans broken.

One step a bill, between this bill and the next. What would come after the ledger's last day is
drawn, so that a later extract goes on in the same way, and not written.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from contact_hub.sample.rules.ledgers import Ledger
from contact_hub.sample.rules.sheets import day_text, money_text

METHODS = {
    "auto": ("ach", "ach", "card"),
    "prompt": ("card", "card", "ach", "check", "check", "lockbox", "cash", "kiosk"),
    "late": ("card", "card", "check", "cash", "mo", "kiosk"),
    "hard": ("cash", "card", "check", "mo", "agency", "kiosk"),
}
# of those who pay so: pays in time, pays late, sends money that comes back
ODDS = {
    "auto": (0.985, 0.995, 0.004),
    "prompt": (0.94, 0.985, 0.003),
    "late": (0.45, 0.94, 0.012),
    "hard": (0.28, 0.62, 0.035),
}
SERIOUS = 12_000  # cents for which service is cut


@dataclass(slots=True)
class Plan:
    """An agreement to pay in parts."""

    identity: str
    made: int
    total: int
    down: int
    keeps: bool
    dues: list[int]
    parts: list[int]  # cents
    paid: list[int] = field(default_factory=list)  # days
    broken: int | None = None

    @property
    def left(self) -> int:
        return sum(self.parts[len(self.paid) :])

    @property
    def running(self) -> bool:
        return self.broken is None and len(self.paid) < len(self.parts)

    @property
    def status(self) -> str:
        if self.broken is not None:
            return "broken"
        return "active" if self.running else "kept"


class Payer:
    """Whoever pays an account's bills."""

    __slots__ = (
        "_dice", "_ledger", "_methods", "_missed", "_odds", "cut", "cuts", "plans", "returned",
    )  # fmt: skip

    def __init__(self, ledger: Ledger, *, dice: random.Random) -> None:
        kind = ledger.holding.payer
        self._ledger = ledger
        self._dice = dice
        self._methods = METHODS[kind]
        self._odds = ODDS[kind]
        self._missed = 0
        self.plans: list[Plan] = []
        self.returned: list[int] = []  # days
        self.cuts: list[int] = []  # days
        self.cut: int | None = None  # a day that is still to come

    def settle(self, following: int) -> None:
        """Live from the last bill to the day before the next one."""
        ledger = self._ledger
        chance = self._dice.random()
        method = self._methods[int(self._dice.random() * len(self._methods))]
        owed = ledger.balance
        if owed <= 0:
            return
        if self.plans and self.plans[-1].running:
            self._keep_up(self.plans[-1], method, following)
            return
        in_time, at_last, _back = self._odds
        if chance < in_time:
            early = (
                0 if method == "ach" else int(chance / in_time * (ledger.due - ledger.billed - 3))
            )
            self._pay(ledger.due - early, owed, method, following)
        elif chance < at_last:
            room = max(1, following - ledger.due - 1)
            day = ledger.due + 1 + int(chance * 997) % room
            if day <= ledger.until:
                ledger.late.append(day)
            self._pay(day, owed, method, following)
        else:
            self._miss(following)

    def _pay(self, day: int, cents: int, method: str, following: int) -> None:
        """Pay once; money that comes back is paid again, in cash."""
        ledger, until = self._ledger, self._ledger.until
        back = self._dice.random() < self._odds[2] and method in {"check", "ach", "lockbox"}
        check = (
            str(1000 + int(self._dice.random() * 8000)) if method in {"check", "lockbox"} else ""
        )
        self._missed = 0
        if day > until:
            return
        if not back or day + 10 >= following:
            ledger.receive(day, cents, method=method, check=check)
            return
        ledger.receive(day, cents, method=method, check=check, returned=day + 4)
        if day + 4 <= until:
            ledger.charge_later("NSF")
            self.returned.append(day + 4)
            if day + 9 <= until:
                ledger.receive(day + 9, cents, method="cash")

    def _miss(self, following: int) -> None:
        """Do not pay; what was missed twice is cut or put into a plan."""
        self._missed += 1
        ledger = self._ledger
        carried = ledger.balance - max(0, ledger.current)
        asks, keeps = self._dice.random() < 0.55, self._dice.random() < 0.6
        if self._missed < 2 or carried < SERIOUS // 2:
            return
        if asks:
            self._agree(carried, keeps=keeps)
        elif ledger.balance > SERIOUS and ledger.holding.line in "EW":
            self._cut_off(following)

    def _agree(self, carried: int, *, keeps: bool) -> None:
        ledger = self._ledger
        made = ledger.billed + 6
        if made > ledger.until:
            return
        down = carried // 4 // 100 * 100
        count = 3 if carried < 3 * SERIOUS else 6
        part = (carried - down) // count
        parts = [part] * (count - 1) + [carried - down - part * (count - 1)]
        dues = [ledger.due + 30 * place for place in range(1, count + 1)]
        identity = f"R{ledger.key}-{made}"
        self.plans.append(Plan(identity, made, carried, down, keeps, dues, parts))
        if down:
            ledger.receive(made, down, method="cash")

    def _keep_up(self, plan: Plan, method: str, following: int) -> None:
        """Pay the bill and the next part of the plan, or break it."""
        ledger = self._ledger
        place = len(plan.paid)
        day = min(max(plan.dues[place] - 2, ledger.billed + 1), following - 1)
        if plan.keeps or place == 0:
            if day <= ledger.until:
                ledger.receive(day, ledger.balance - plan.left + plan.parts[place], method=method)
                plan.paid.append(day)
        elif plan.dues[place] + 5 <= ledger.until:
            plan.broken = plan.dues[place] + 5

    def _cut_off(self, following: int) -> None:
        """Service is cut, and comes back when everything was paid."""
        ledger = self._ledger
        day = ledger.billed + 14
        warned = day - 3
        if warned <= ledger.until:
            self._warn(day, warned)
        if day > ledger.until:
            self.cut = day if warned <= ledger.until else None
            return
        self.cuts.append(day)
        self._missed = 0
        self._order("disconnect", day - 1, day)
        if day + 2 <= ledger.until and day + 2 < following:
            ledger.receive(day + 2, ledger.balance, method="cash")
            ledger.charge_later("RECONNECT")
            self._order("reconnect", day + 2, day + 2)

    def _warn(self, cut: int, warned: int) -> None:
        ledger = self._ledger
        ledger.sheets.add(
            "notices",
            notice_id=f"N{ledger.key}-{warned}",
            account_id=ledger.number,
            type="48h",
            mailed_on=day_text(warned),
            method="door",
            address=ledger.holding.premise.line,
            cut_on_or_after=day_text(cut),
        )

    def _order(self, kind: str, made: int, done: int) -> None:
        ledger = self._ledger
        ledger.sheets.add(
            "service_orders",
            order_id=f"O{ledger.key}-{done}-{kind[0].upper()}",
            account_id=ledger.number,
            premise_id=ledger.holding.premise.id,
            type=kind,
            priority="high",
            created_on=day_text(made),
            scheduled_for=day_text(done),
            window="08-17",
            status="completed",
            completed_on=day_text(done),
            result_code="done",
            tech=f"T{done % 17:02d}",
        )

    def write_plans(self) -> None:
        """Write the arrangements as they stand on the ledger's last day."""
        for plan in self.plans:
            self._write(plan)

    def _write(self, plan: Plan) -> None:
        ledger = self._ledger
        ledger.sheets.add(
            "arrangements",
            arrangement_id=plan.identity,
            account_id=ledger.number,
            type="plan",
            created_on=day_text(plan.made),
            created_by=f"agent{plan.made % 9 + 1}",
            total=money_text(plan.total),
            down_payment=money_text(plan.down),
            n_instalments=str(len(plan.parts)),
            status=plan.status,
            broken_on=day_text(plan.broken),
        )
        for place, (due, cents) in enumerate(zip(plan.dues, plan.parts, strict=True)):
            paid = plan.paid[place] if place < len(plan.paid) else None
            ledger.sheets.add(
                "arrangement_lines",
                arrangement_id=plan.identity,
                seq=str(place + 1),
                due_date=day_text(due),
                amount=money_text(cents),
                paid_amount=money_text(cents if paid else 0),
                paid_on=day_text(paid),
            )
