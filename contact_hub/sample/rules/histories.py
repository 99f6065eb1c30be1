"""An account's life: read, billed and paid month by month, and how it stands at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contact_hub.sample.rules.ledgers import Ledger
from contact_hub.sample.rules.metering import Meter, periods, reading_after
from contact_hub.sample.rules.paying import Payer
from contact_hub.sample.rules.residents import HISTORIES, SETTLED, Holding, dice_for
from contact_hub.sample.rules.sheets import Sheets, day_text, money_text
from contact_hub.sample.rules.tariffs import edition, fee, tariff

YEAR = 365
REFUNDED = 50  # days from the end of service until what was paid too much is sent back
HOPELESS = 180  # days after which the final bill of somebody who pays hard is written off
ONCE = frozenset("LA")  # lines that bill once a year, or once
BASELINES = {"RES": "Z2", "MF": "Z2"}


@dataclass(frozen=True, slots=True)
class Span:
    """What an extract tells: bills from `begins` on, everything as it is on `until`."""

    begins: int
    until: int


class History:
    """One account in the making."""

    __slots__ = ("_dice", "_holding", "_sheets", "_span", "_written_off", "ledger", "payer")

    def __init__(self, sheets: Sheets, holding: Holding, *, seed: int, span: Span) -> None:
        self._sheets = sheets
        self._holding = holding
        self._span = span
        self._written_off = False
        self._dice = dice_for(seed, HISTORIES, holding.running)
        self.ledger = Ledger(sheets, holding, until=span.until)
        self.payer = Payer(self.ledger, dice=self._dice)

    def write(self) -> None:
        """Write everything that happened to the account, and the account itself."""
        holding, span = self._holding, self._span
        if holding.closed is None or holding.closed > span.begins:
            self._live(self._begin())
        if self._is_closed:
            self._wind_up()
        self.payer.write_plans()
        self._write_account()
        if holding.line not in ONCE:
            self._write_service()

    @property
    def _is_closed(self) -> bool:
        return self._holding.has_gone(0, by=self._span.until)

    def _begin(self) -> Meter | None:
        """Open the account, or take it up where the extract begins."""
        holding, begins = self._holding, self._span.begins
        meter = None
        if holding.season:
            meter = Meter(
                holding.meter,
                self._sheets.rows["meters_reads"],
                dice=self._dice,
                daily=holding.daily,
                season=holding.season,
                afar=holding.afar,
            )
        if holding.level:
            self.ledger.level = int(holding.daily * 420) + 2_000
        if holding.opened > begins:
            self.ledger.charge_later("FEE-CONNECT")
        elif holding.line not in ONCE:
            first = reading_after(holding.cycle, begins - 40)
            self.ledger.bring_forward(int(2_500 + holding.daily * 230), day=first)
            self.payer.settle(reading_after(holding.cycle, first) + 2)
        if meter:
            meter.begin(self._from, "start" if holding.opened > begins else "actual")
        return meter

    @property
    def _from(self) -> int:
        begins = self._span.begins
        if self._holding.opened > begins:
            return self._holding.opened
        return reading_after(self._holding.cycle, begins - 40)

    def _live(self, meter: Meter | None) -> None:
        holding, until = self._holding, self._span.until
        spans = periods(holding.cycle, begins=self._from, closes=holding.closed, until=until)
        for frm, to in spans if holding.line not in ONCE else self._once(spans):
            usage = meter.read(to, to - frm, final=to == holding.closed) if meter else 0
            if to + 2 > until:
                return
            self._bill(frm, to, usage, estimated=meter is not None and meter.estimated)
            following = reading_after(holding.cycle, to) + 2
            if meter and meter.leaked:
                self._forgive(meter.leaked)
            self.payer.settle(following if to != holding.closed else to + 40)

    def _once(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The periods that are billed where it is once a year, or once."""
        if self._holding.line == "A":
            return spans[:1]
        return [span for span in spans if date.fromordinal(span[1]).month == 1]

    def _bill(self, frm: int, to: int, usage: int, *, estimated: bool) -> None:
        holding = self._holding
        tails: list[str] = []
        year = edition(to)
        rate = tariff(holding.rate, year)
        days = to - frm if holding.line not in ONCE else YEAR
        base = rate.charge(tails, usage=usage, days=days)
        if holding.sewer:
            base += tariff(holding.sewer, year).charge(tails, usage=0, days=days)
        if holding.promotion and to < holding.opened + YEAR and base > 3_000:
            tail, cents = fee("DISCOUNT")
            tails.append(tail)
            base += cents
        self.ledger.bill(
            frm, to, usage=usage, tails=tails, base=base, tariff=rate, estimated=estimated
        )

    def _forgive(self, leaked: int) -> None:
        """Half of what ran away is taken off a water bill when the leak was mended."""
        mended, day = self._dice.random() < 0.6, self.ledger.billed + 9
        if mended and day <= self._span.until:
            price = tariff(self._holding.rate, edition(day)).tiers[-1].price
            self.ledger.adjust(
                day, -(leaked * price // 20_000), code="LEAK", reason="Leak repaired, half forgiven"
            )

    def _wind_up(self) -> None:
        """What becomes of the deposit, of money that is left over, and of what nobody pays."""
        holding, ledger, until = self._holding, self.ledger, self._span.until
        closed = holding.closed or 0
        if not ledger.issued:
            return
        if holding.deposit and holding.deposit_back is None and holding.has_gone(SETTLED, by=until):
            ledger.adjust(
                closed + SETTLED, -holding.deposit, code="DEPOSIT", reason="Deposit applied"
            )
        if ledger.balance < 0 and holding.has_gone(REFUNDED, by=until):
            ledger.adjust(closed + REFUNDED, -ledger.balance, code="REFUND", reason="Sent by check")
        self._written_off = ledger.balance > 0 and self._is_hopeless
        if self._written_off:
            ledger.adjust(
                closed + HOPELESS, -ledger.balance, code="WRITEOFF", reason="Not to be had"
            )

    @property
    def _is_hopeless(self) -> bool:
        return self._holding.payer == "hard" and self._holding.has_gone(
            HOPELESS, by=self._span.until
        )

    def _status(self) -> str:
        if not self._is_closed:
            return "active" if self._holding.opened <= self._span.until else "pending"
        if self._written_off:
            return "written_off"
        return "final" if self.ledger.balance > 0 else "closed"

    def _write_account(self) -> None:
        holding, ledger, payer = self._holding, self.ledger, self.payer
        until = self._span.until
        past_due = ledger.past_due()
        recent = [day for day in payer.returned if day > until - YEAR]
        status = self._status()
        stage = "agency" if status == "written_off" else "reminded" if past_due > 3_000 else ""
        self._sheets.add(
            "accounts",
            account_id=ledger.number,
            customer_id=holding.party.id,
            line=holding.line,
            **{"class": holding.category},
            status=status,
            opened_on=day_text(holding.opened),
            closed_on=day_text(holding.closed) if self._is_closed else "",
            bill_cycle=f"{holding.cycle:02d}",
            delivery=holding.delivery,
            autopay="Y" if holding.payer == "auto" else "N",
            autopay_type="bank" if holding.payer == "auto" else "",
            level_pay_amount=money_text(ledger.level) if ledger.level else "",
            level_pay_month="7" if ledger.level else "",
            level_pay_deferred=money_text(ledger.deferred) if ledger.level else "",
            balance=money_text(ledger.balance),
            past_due=money_text(past_due),
            current_due_date=day_text(ledger.due) if ledger.balance > 0 and ledger.due else "",
            credit_rating={"auto": "A", "prompt": "A", "late": "B", "hard": "C"}[holding.payer],
            late_count_12m=str(sum(day > until - YEAR for day in ledger.late)),
            nsf_count_12m=str(len(recent)),
            disconnect_count_12m=str(sum(day > until - YEAR for day in payer.cuts)),
            arrangements_broken_24m=str(sum(plan.status == "broken" for plan in payer.plans)),
            cash_only_until=day_text(recent[-1] + YEAR) if len(recent) > 1 else "",
            collection_stage=stage,
            agency_code="CREEKSIDE" if stage == "agency" else "",
            agency_placed_on=day_text((holding.closed or 0) + HOPELESS)
            if stage == "agency"
            else "",
            op="U",
        )

    def _write_service(self) -> None:
        holding = self._holding
        status = "stopped" if self._is_closed else "active"
        if self.payer.cuts and self.ledger.balance > 0 and self.payer.cuts[-1] > self.ledger.billed:
            status = "cut"
        known = {
            "account_id": self.ledger.number,
            "premise_id": holding.premise.id,
            "start_date": day_text(holding.opened),
            "stop_date": day_text(holding.closed) if self._is_closed else "",
            "status": status,
        }
        promised = holding.promotion and holding.opened + YEAR
        self._sheets.add(
            "services",
            **known,
            service_id=f"S{holding.running:09d}",
            line=holding.line,
            rate_code=holding.rate,
            meter_id=holding.meter,
            meter_size="3/4" if holding.line == "W" else "",
            multiplier="1" if holding.season else "",
            baseline_region=BASELINES.get(holding.category, "") if holding.line == "E" else "",
            medical_units="1" if holding.medical else "0",
            medical_cert_expires=day_text(holding.opened // 365 * 365 + 4015)
            if holding.medical
            else "",
            life_support="Y" if holding.medical and holding.running % 3 == 0 else "N",
            solar_nem="Y" if holding.solar else "N",
            ev_rate="Y" if holding.vehicle else "N",
            remote_disconnect="Y" if holding.afar and holding.line == "E" else "N",
            plan_code=holding.rate if holding.line == "C" else "",
            promo_code="NEW15" if promised else "",
            promo_end=day_text(promised) if promised else "",
            critical_facility="Y" if holding.category == "GOV" else "N",
        )
        if holding.sewer:
            self._sheets.add(
                "services",
                **known,
                service_id=f"S{holding.running:09d}-S",
                line="S",
                rate_code=holding.sewer,
                sewer_basis="flat",
            )
