"""An account's money: its bills, what is added to them, and the balance from day to day.

A bill's lines sum to its new charges, and what is to pay is the balance before, less payments, with
adjustments and new charges. Nothing after `until` is written, and nothing before it depends on it.
"""

from __future__ import annotations

from contact_hub.sample.rules.residents import Holding
from contact_hub.sample.rules.sheets import FIRST, Sheets, cash, day_text, days, money_text
from contact_hub.sample.rules.tariffs import Tariff, fee

OWED = 20  # days from a bill to its due date
SMALL = 1_000  # cents that nobody chases


class Ledger:
    """What an account was billed and has paid, written as it happens."""

    __slots__ = (
        "_bills", "_extras", "_lines", "_taken", "adjusted", "adjustments", "balance", "billed",
        "current", "deferred", "due", "holding", "issued", "key", "late", "level", "number", "paid",
        "prior", "sheets", "until",
    )  # fmt: skip

    def __init__(self, sheets: Sheets, holding: Holding, *, until: int) -> None:
        self.sheets = sheets
        self.holding = holding
        self.until = until
        self.number = holding.number
        self.key = f"{holding.running:09d}"
        self._bills = sheets.rows["bills"]
        self._lines = sheets.rows["bill_lines"]
        self._extras: list[tuple[str, int]] = []  # fees for the next bill
        self._taken = 0  # payments that were written
        self.balance = self.prior = self.current = 0
        self.paid = self.adjusted = 0  # since the last bill
        self.billed = self.due = 0  # days of the last bill
        self.issued: list[int] = []  # days of all bills
        self.adjustments = 0
        self.level = self.deferred = 0
        self.late: list[int] = []  # days on which a due date passed unpaid

    def bring_forward(self, cents: int, *, day: int) -> None:
        """Begin with a bill that is older than what is told."""
        self.balance = self.prior = self.current = cents
        self.billed, self.due = day + 2, day + 2 + OWED

    def charge_later(self, code: str) -> None:
        """Put a fee on the next bill."""
        self._extras.append(fee(code))

    def bill(
        self,
        frm: int,
        to: int,
        *,
        usage: int,
        tails: list[str],
        base: int,
        tariff: Tariff,
        estimated: bool,
    ) -> None:
        """Write the bill of a period whose charges are in `tails` and come to `base`."""
        carried = self.balance
        taxes = tariff.taxed(tails, base)
        current = base + taxes + self._added(tails, carried)
        if self.level:
            current = self._levelled(tails, current)
        total = carried + current
        billed = to + 2
        self.issued.append(billed)
        identity = self.bill_id(billed)
        iso, text = days(), cash()
        self._bills.append(
            f"{identity},{self.number},{iso[billed - FIRST]},{iso[billed + 1 - FIRST]},"
            f"{iso[billed + OWED - FIRST]},{iso[frm - FIRST]},{iso[to - FIRST]},{to - frm},"
            f"{usage if tariff.unit else ''},{tariff.unit},{text[current]},"
            f"{text[self.adjusted]},{text[taxes]},{text[self.prior]},"
            f"{text[self.paid]},{text[total]},{'Y' if estimated else 'N'},"
            f"{tariff.code},D{identity}"
        )
        self._lines += [f"{identity},{place},{tail}" for place, tail in enumerate(tails, 1)]
        self.sheets.totals["bills"] += total
        self.sheets.totals["bill_lines"] += current
        self.balance = self.prior = total
        self.current = current
        self.paid = self.adjusted = 0
        self.billed, self.due = billed, billed + OWED

    def bill_id(self, billed: int) -> str:
        """The number of the bill of a day."""
        return f"B{self.key}-{billed}"

    def _added(self, tails: list[str], carried: int) -> int:
        """Fees and credits; what is owed beyond its due date costs a late fee."""
        if carried > SMALL and self.billed:
            self.charge_later("LATE")
            self._remind(carried)
        total = 0
        if self.holding.credit:
            self._extras.append(fee("CREDIT"))
        for tail, cents in self._extras:
            tails.append(tail)
            total += cents
        self._extras.clear()
        return total

    def _levelled(self, tails: list[str], current: int) -> int:
        gap = self.level - current
        self.deferred -= gap
        tails.append(f"LEVEL,Level payment plan,1,{money_text(gap)},{money_text(gap)},")
        return self.level

    def _remind(self, carried: int) -> None:
        self.late.append(self.due)
        self.sheets.add(
            "notices",
            notice_id=f"N{self.key}-{self.due}",
            account_id=self.number,
            type="past_due",
            mailed_on=day_text(self.due + 3),
            method="post" if self.holding.delivery == "paper" else "email",
            address=self.holding.premise.line,
            cut_on_or_after=day_text(self.due + 17) if carried > 10 * SMALL else "",
        )

    def receive(
        self, day: int, cents: int, *, method: str, check: str = "", returned: int | None = None
    ) -> None:
        """Write a payment; `returned` is the day on which the bank sent it back."""
        self._taken += 1
        back = returned is not None and returned <= self.until
        iso = days()
        posted = day + (method in {"check", "lockbox"})
        self.sheets.rows["payments"].append(
            f"Y{self.key}-{self._taken:03d},{self.number},{iso[day - FIRST]},"
            f"{iso[posted - FIRST] if posted <= self.until else ''},{cash()[cents]},{method},"
            f"{check},{'' if check else f'T{day}{self.key}'},L{posted},"
            f"{f'D{posted % 6}' if method == 'cash' else ''},{'returned' if back else 'posted'},"
            f"{'R01' if back else ''},{day_text(returned) if back else ''},"
            f"{'30.00' if back else '0.00'}"
        )
        self.sheets.totals["payments"] += cents
        if not back:
            self.balance -= cents
            self.paid += cents

    def adjust(self, day: int, cents: int, *, code: str, reason: str) -> None:
        """Correct the balance."""
        self.adjustments += 1
        self.sheets.add(
            "adjustments",
            adjustment_id=f"J{self.key}-{self.adjustments}",
            account_id=self.number,
            date=day_text(day),
            code=code,
            amount=money_text(cents),
            reason=reason,
            approved_by="lead" if abs(cents) > 10_000 else "agent",
        )
        self.balance += cents
        self.adjusted += cents

    def past_due(self) -> int:
        """What of the balance was due before today."""
        if self.until > self.due:
            return max(0, self.balance)
        return max(0, self.balance - max(0, self.current))
