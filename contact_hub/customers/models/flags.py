"""What must be known before anything is said or done: flags on customers, accounts, premises."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.accounts import Account, Premise
from contact_hub.customers.models.people import Customer
from contact_hub.customers.models.sourced import Sourced


class FlagQuerySet(models.QuerySet["Flag"]):
    def on(self, day: date) -> FlagQuerySet:
        """Those that hold on a day; who has ended stays on file, but warns nobody."""
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=day)
        running = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        return self.filter(begun, running)


class Flag(Sourced):
    """A warning or protection; its code says how the hub behaves while it holds."""

    class Code(models.TextChoices):
        MEDICAL = "medical", _("Medical or life support")
        BANKRUPTCY = "bankruptcy", _("Bankruptcy")
        DECEASED = "deceased", _("Deceased or estate")
        SAFETY = "safety", _("Safety")
        FRAUD = "fraud", _("Fraud lock")
        INVESTIGATION = "investigation", _("Refer to a lead")
        CONFIDENTIAL = "confidential", _("Confidential address")
        SHUT_OFF = "shut_off", _("Shut-off pending")
        DISPUTE = "dispute", _("Dispute or appeal")
        ARRANGEMENT = "arrangement", _("Arrangement")
        CASH_ONLY = "cash_only", _("Cash only")
        THIRD_PARTY = "third_party", _("Third party is told")
        LANDLORD = "landlord", _("Landlord and tenant notice")
        DO_NOT_CONTACT = "do_not_contact", _("Do not contact")
        EMPLOYEE = "employee", _("Employee or relative")
        ATTORNEY = "attorney", _("Represented by an attorney")
        PLEDGE = "pledge", _("Assistance pledged")
        LANGUAGE = "language", _("Language or format")
        CPNI = "cpni", _("Password for communications")
        RETURNED_MAIL = "returned_mail", _("Mail came back")
        CRITICAL = "critical", _("Critical facility")
        NO_OFFERS = "no_offers", _("No offers")
        ACCESS = "access", _("Gate, key or access")

    SEVERITY = {  # how loud it is; what is not named here is for information
        Code.MEDICAL: "critical",
        Code.BANKRUPTCY: "critical",
        Code.DECEASED: "critical",
        Code.SAFETY: "critical",
        Code.FRAUD: "critical",
        Code.INVESTIGATION: "critical",
        Code.CONFIDENTIAL: "critical",
        Code.SHUT_OFF: "high",
        Code.DISPUTE: "high",
        Code.ARRANGEMENT: "high",
        Code.CASH_ONLY: "high",
        Code.THIRD_PARTY: "high",
        Code.LANDLORD: "high",
        Code.DO_NOT_CONTACT: "high",
        Code.EMPLOYEE: "high",
        Code.ATTORNEY: "high",
        Code.PLEDGE: "high",
    }

    external_id = models.CharField(max_length=160, unique=True, null=True, blank=True)
    code = models.CharField(_("flag"), max_length=16, choices=Code)
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="flags", db_index=False
    )
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="flags", db_index=False
    )
    premise = models.ForeignKey(
        Premise, models.CASCADE, null=True, blank=True, related_name="flags", db_index=False
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    review_on = models.DateField(_("reviewed on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    leads_only = models.BooleanField(_("for leads only"), default=False)
    by = models.ForeignKey("staff.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False)
                | Q(account__isnull=False)
                | Q(premise__isnull=False),
                name="flag_on_what",
            ),
        ]
        # most are of one of the three: an index full of nothing makes SQLite read the whole table
        indexes = [
            models.Index(
                fields=[what], name=f"flag_of_{what}", condition=Q((f"{what}__isnull", False))
            )
            for what in ("customer", "account", "premise")
        ]
        verbose_name = _("flag")
        verbose_name_plural = _("flags")

    def __str__(self) -> str:
        return self.get_code_display()

    @property
    def severity(self) -> str:
        """critical, high or info."""
        return self.SEVERITY.get(Flag.Code(self.code), "info")


class Bankruptcy(Sourced):
    """A customer's bankruptcy, with the dates that decide what may be collected."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bankruptcies")
    case_number = models.CharField(_("case"), max_length=30)
    court = models.CharField(_("court"), max_length=80)
    chapter = models.CharField(_("chapter"), max_length=4)
    filed_on = models.DateField(_("filed"))
    discharged_on = models.DateField(_("discharged"), null=True, blank=True)
    dismissed_on = models.DateField(_("dismissed"), null=True, blank=True)
    trustee = models.CharField(_("trustee"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_number", "court"], name="bankruptcy_once")
        ]
        verbose_name = _("bankruptcy")
        verbose_name_plural = _("bankruptcies")

    def __str__(self) -> str:
        return f"{self.court} {self.case_number}"
