"""What the forms about who speaks accept; the verbs themselves hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contact_hub.customers.models import AuthorisedParty, Flag, Point, Secret
from contact_hub.customers.queries import parameter
from contact_hub.customers.rules.matching import Told
from contact_hub.desk.forms import PlainForm
from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.alarms import flags_of, words_of
from contact_hub.inbox.queries.sight import sight
from contact_hub.lib import phones
from contact_hub.staff.models import Person


class WhoForm(PlainForm):
    """What somebody tells of who they are, as they say it."""

    name = forms.CharField(max_length=200, required=False)
    street = forms.CharField(max_length=200, required=False)
    zip = forms.CharField(max_length=10, required=False)
    phone = forms.CharField(max_length=40, required=False)
    email = forms.CharField(max_length=254, required=False)
    number = forms.CharField(max_length=40, required=False)

    LAST = 4  # so few digits are the end of a number

    def told(self) -> Told:
        """The same as a look-up takes it."""
        said = {name: (value,) if value else () for name, value in self.cleaned_data.items()}
        short = len(self.cleaned_data["number"]) <= self.LAST
        return Told(
            names=said["name"],
            emails=tuple(one.lower() for one in said["email"]),
            phones=tuple(_dialled(one) for one in said["phone"]),
            numbers=() if short else said["number"],
            last4=said["number"] if short else (),
            streets=said["street"],
            zips=said["zip"],
        )


def _dialled(written: str) -> str:
    region, area = parameter("phones.region"), parameter("phones.area")
    return phones.normalised(written, region=region, area=area) or written


class VerifyForm(PlainForm):
    """What the customer said, one field a method; nothing of it is ever shown again."""

    account_number = forms.CharField(max_length=40, required=False)
    service_address = forms.CharField(max_length=200, required=False)
    birth = forms.CharField(max_length=20, required=False)
    tax = forms.CharField(max_length=8, required=False)
    document = forms.CharField(max_length=8, required=False)
    pin = forms.CharField(max_length=80, required=False)
    password = forms.CharField(max_length=80, required=False)
    code = forms.CharField(max_length=12, required=False)
    prompted = forms.BooleanField(required=False)
    speaker = forms.ModelChoiceField(AuthorisedParty.objects.none(), required=False)

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, case=case, person=person, **kwargs)
        theirs = AuthorisedParty.objects.filter(customer=case.customer_id)
        self.fields["speaker"].queryset = theirs  # type: ignore[attr-defined]

    def said(self) -> dict[str, str]:
        """What was typed, by method."""
        fields = set(self.cleaned_data) - {"prompted", "speaker"}
        return {name: self.cleaned_data[name] for name in fields if self.cleaned_data[name]}


class PointForm(PlainForm):
    """One of the ways to reach the customer whom the case is about."""

    point = forms.ModelChoiceField(Point.objects.none())

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, case=case, person=person, **kwargs)
        theirs = Point.objects.filter(customer=case.customer_id, on_file=True)
        self.fields["point"].queryset = theirs  # type: ignore[attr-defined]
        self.sight = sight(person, case=case)

    def ways(self) -> list[tuple[int, str]]:
        """The points to choose from, as far as they may be shown."""
        theirs = self.fields["point"].queryset  # type: ignore[attr-defined]
        points = theirs.filter(bad_since=None).order_by("kind", "value")
        what = {Point.Kind.POST: "mailing_address"}
        return [
            (one.pk, self.sight.shown(what.get(one.kind, one.kind), one.value)) for one in points
        ]


class ChangePointForm(PointForm):
    """What stands in the place of a point from now on."""

    value = forms.CharField(max_length=254, label=gettext_lazy("New address or number"))


class SecretForm(PlainForm):
    """A secret that the customer chose."""

    kind = forms.ChoiceField(choices=Secret.Kind.choices, label=gettext_lazy("Which"))
    value = forms.CharField(
        max_length=80,
        label=gettext_lazy("What the customer chose"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class DocumentForm(PlainForm):
    """What was shown at the counter; never its number."""

    document = forms.CharField(max_length=20)


class RedFlagForm(PlainForm):
    """What was noticed, and a word about it."""

    kind = forms.ChoiceField(label=gettext_lazy("What was noticed"))
    note = forms.CharField(max_length=120, required=False, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, case=case, person=person, **kwargs)
        kinds = parameter("verification.red_flags")
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, words_of(kind)) for kind in kinds
        ]


class FlagForm(PlainForm):
    """A red flag that is to end."""

    flag = forms.ModelChoiceField(Flag.objects.none())

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, case=case, person=person, **kwargs)
        self.fields["flag"].queryset = flags_of(case)  # type: ignore[attr-defined]


class ReasonForm(PlainForm):
    """Why something is done that is not done every day."""

    reason = forms.CharField(max_length=200, label=gettext_lazy("Why you need to see it"))
