"""What a course of events needs at hand: the clock, the dice, the people on duty; and the mail."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from contact_hub.carriers.email import tokens
from contact_hub.customers.models import Customer
from contact_hub.inbox.actions import identifying, intake, replying
from contact_hub.inbox.actions.looking import look_further
from contact_hub.inbox.actions.sending import send
from contact_hub.inbox.models import Case, Mailbox, Message
from contact_hub.inbox.queries.recognising import band
from contact_hub.inbox.rules.filling import fill
from contact_hub.jobs.models import Job
from contact_hub.journal.actions import record
from contact_hub.sample.actions.office import DOMAIN
from contact_hub.sample.rules import mail
from contact_hub.sample.rules.data import Letter
from contact_hub.sample.rules.town import Citizen
from contact_hub.staff.models import Person
from contact_hub.staff.rules import CSR, LEAD


@dataclass(slots=True)
class Stage:
    """Where cases are played out, up to `now`."""

    now: datetime
    dice: random.Random
    _crews: dict[str, list[Person]] = field(default_factory=dict)

    def crew(self, case: Case) -> list[Person]:
        """The agents of the case's queue."""
        if case.queue.key not in self._crews:
            people = Person.objects.filter(teams__queues=case.queue_id, role=CSR)
            self._crews[case.queue.key] = list(people.order_by("pk").distinct())
        return self._crews[case.queue.key]

    def agent(self, case: Case) -> Person:
        """Whoever works on the case, or somebody who could."""
        return case.owner or self.dice.choice(self.crew(case))

    def lead(self, case: Case) -> Person | None:
        return Person.objects.filter(teams__queues=case.queue_id, role=LEAD).first()

    def later(self, than: datetime, *, least: int, most: int) -> datetime:
        """Some minutes after `than`, but never in the future."""
        minutes = self.dice.randint(least, most)
        return min(than + timedelta(minutes=minutes), self.now - timedelta(seconds=40))

    def arrive(self, letter: Letter, citizen: Citizen, *, at: datetime) -> Case | None:
        """Take a first mail in; None when it made no case."""
        to = f"{letter.to}@{DOMAIN}"
        raw = mail.written(letter, citizen, to=to, at=at, dice=self.dice)
        envelope = intake.receive(
            raw, door="sample", mail_from=citizen.email, recipients=[to], now=at
        )
        if envelope.message is None:
            return None
        case = envelope.message.case
        self.carried(case, at=at)
        Job.objects.filter(task=look_further.module_path, args=[case.pk]).delete()
        return case

    def recognise(self, case: Case, *, at: datetime) -> None:
        """Let whoever works on the case confirm the customer whom the hub suggests."""
        best: dict[str, Any] = next(iter(case.match), {})
        if case.customer_id or band(best.get("probability", 0.0)) != "suggested":
            return
        customer = Customer.objects.get(pk=best["customer"])
        account = customer.accounts.filter(pk=best["account"] or 0).first()
        identifying.confirm(case, by=self.agent(case), customer=customer, account=account, now=at)
        case.refresh_from_db()

    def answer(self, case: Case, letter: Letter, *, at: datetime, wait: bool) -> Message:
        """Let an agent write the letter's reply and have it arrive."""
        case.refresh_from_db()
        self.recognise(case, at=at - timedelta(minutes=1))
        agent = self.agent(case)
        name = case.customer.name if case.customer else case.who_name
        text = fill(
            letter.reply,
            {
                "customer.name": name,
                "customer.first_name": name.split(" ")[0],
                "agent.name": agent.name,
            },
        ).text
        message = replying.reply(
            case, by=agent, body=text, to=[case.who_address], wait=wait, now=at
        )
        self.carried(case, at=at + timedelta(seconds=agent.undo_seconds + 1))
        return message

    def come_back(self, case: Case, citizen: Citizen, text: str, *, at: datetime) -> None:
        """Let the customer answer our last mail."""
        raw = mail.answered(text, citizen, self.ours(case), at=at, dice=self.dice)
        self._take_in(raw, case, sender=citizen.email, at=at)

    def bounce(self, case: Case, citizen: Citizen, *, at: datetime) -> None:
        """Let a mail server send our last mail back."""
        ours = self.ours(case)
        raw = mail.sent_back(citizen.email, ours, to=ours.reply_to, at=at, dice=self.dice)
        self._take_in(raw, case, sender="", at=at)

    def carried(self, case: Case, *, at: datetime) -> None:
        """Let what is queued in the case have left: there was no network in this past."""
        queued = list(case.messages.filter(state=Message.State.QUEUED).order_by("pk"))
        for message in queued:
            Message.objects.filter(pk=message.pk).update(state=Message.State.ACCEPTED, sent_at=at)
            Job.objects.filter(task=send.module_path, args=[message.pk]).delete()
            record(case.key, "sent", by=None, topics=case.topics, at=at, message=message.pk)

    def ours(self, case: Case) -> mail.Ours:
        """Our last mail in the case, as its recipient has it."""
        sent = case.messages.filter(direction=Message.Direction.OUT, automatic=False)
        message = sent.order_by("-at", "-pk")[0]
        return mail.Ours(
            message_id=message.message_id,
            subject=tokens.tag_subject(message.subject, case.pk),
            reply_to=tokens.reply_address(message.from_address, case.pk, settings.SECRET_KEY),
            text=message.text,
            references=tuple(message.references),
        )

    def _take_in(self, raw: bytes, case: Case, *, sender: str, at: datetime) -> None:
        mailbox = Mailbox.objects.filter(queue=case.queue_id).first()
        recipients = [mailbox.address] if mailbox else []
        intake.receive(raw, door="sample", mail_from=sender, recipients=recipients, now=at)
        case.refresh_from_db()
