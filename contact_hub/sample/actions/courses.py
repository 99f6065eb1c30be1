"""The ways a case can have gone so far, each played through the inbox's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from contact_hub.inbox.actions import casework, closing, drafts, merging, notes
from contact_hub.inbox.models import Case, Outcome, WrapUpCode
from contact_hub.sample.actions.stage import Stage
from contact_hub.sample.rules.data import Letter
from contact_hub.sample.rules.town import Citizen

THANKS = {"en": "Thank you!", "es": "¡Gracias!"}


def waits_for_us(stage: Stage, case: Case, letter: Letter, _who: Citizen, at: datetime) -> None:
    """Nobody has looked yet."""
    lead = stage.lead(case)
    if letter.urgent and lead:
        casework.set_priority(
            case, by=lead, priority=Case.Priority.URGENT, now=stage.later(at, least=1, most=6)
        )


def taken(stage: Stage, case: Case, _letter: Letter, _who: Citizen, at: datetime) -> None:
    """Somebody took it and asked a colleague, or began to write."""
    agent = stage.agent(case)
    when = stage.later(at, least=3, most=40)
    case = casework.assign(case, by=agent, to=agent, now=when)
    stage.recognise(case, at=when)
    lead = stage.lead(case)
    if stage.dice.random() < 0.4 and lead:
        notes.note(
            case,
            by=agent,
            body=f"@{lead.get_short_name()} is this within what I may decide?",
            now=stage.later(when, least=2, most=15),
        )
    elif stage.dice.random() < 0.5:
        drafts.keep(
            case,
            by=agent,
            mode="email",
            version=0,
            body="Hello,\n\nthank you for writing. I am looking into it and ",
            to=case.who_address,
            now=stage.later(when, least=2, most=15),
        )


def in_talk(stage: Stage, case: Case, letter: Letter, who: Citizen, at: datetime) -> None:
    """We answered, they wrote again, and it is our turn."""
    when = stage.later(at, least=10, most=200)
    stage.answer(case, letter, at=when, wait=False)
    text = stage.dice.choice(letter.answers or (THANKS[letter.language],))
    stage.come_back(case, who, text, at=stage.later(when, least=20, most=400))


def waits_for_them(stage: Stage, case: Case, letter: Letter, _who: Citizen, at: datetime) -> None:
    """We answered and asked something."""
    stage.answer(case, letter, at=stage.later(at, least=10, most=240), wait=True)


def put_away(stage: Stage, case: Case, letter: Letter, _who: Citizen, at: datetime) -> None:
    """Answered, and to be looked at again on another day."""
    when = stage.later(at, least=10, most=120)
    agent = stage.answer(case, letter, at=when, wait=False).author
    if agent is None:
        return
    days = stage.dice.randint(1, 6)
    until = (stage.now + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    later = stage.later(when, least=1, most=9)
    notes.note(case, by=agent, body="Crew is booked; ask how it went.", now=later)
    casework.snooze(case, by=agent, until=until, now=stage.later(later, least=1, most=3))


def sent_back(stage: Stage, case: Case, letter: Letter, who: Citizen, at: datetime) -> None:
    """Our answer did not arrive."""
    when = stage.later(at, least=10, most=120)
    stage.answer(case, letter, at=when, wait=False)
    stage.bounce(case, who, at=stage.later(when, least=1, most=5))


def handed_over(stage: Stage, case: Case, _letter: Letter, _who: Citizen, at: datetime) -> None:
    """It came to the wrong queue."""
    agent = stage.agent(case)
    queues = type(case.queue).objects.visible_to(agent).exclude(pk=case.queue_id)
    target = queues.order_by("position").last()
    if target:
        casework.hand_over(
            case,
            by=agent,
            queue=target,
            note="They mean you, not us.",
            now=stage.later(at, least=5, most=60),
        )


def ended(stage: Stage, case: Case, letter: Letter, who: Citizen, at: datetime) -> None:
    """Answered, thanked for, wrapped up."""
    when = stage.later(at, least=10, most=300)
    agent = stage.agent(case)
    stage.recognise(case, at=when - timedelta(minutes=2))
    if letter.reply.strip():
        agent = stage.answer(case, letter, at=when, wait=False).author or agent
        for text in letter.answers[-1:]:
            when = stage.later(when, least=30, most=900)
            stage.come_back(case, who, text, at=when)
    code, outcome = letter.wrap
    closing.wrap_up(
        case,
        by=agent,
        code=WrapUpCode.objects.get(key=code),
        outcome=Outcome.objects.get(key=outcome),
        now=stage.later(when, least=2, most=90),
    )


def joined(stage: Stage, case: Case, letter: Letter, who: Citizen, at: datetime) -> None:
    """The same person wrote to the front office, too; somebody joined the two."""
    again = Letter(
        key=letter.key,
        language=letter.language,
        to="hello",
        subject=f"{letter.subject} (again)",
        body=letter.body,
        reply=letter.reply,
        wrap=letter.wrap,
    )
    second = stage.arrive(again, who, at=stage.later(at, least=2, most=50))
    if second is not None and second.pk != case.pk:
        agent = stage.agent(case)
        merging.merge(second, into=case, by=agent, now=stage.later(at, least=60, most=120))


Course = Callable[[Stage, Case, Letter, Citizen, datetime], None]

DAY = 24 * 60
PLAN: tuple[tuple[Course, int, tuple[int, int]], ...] = (
    # how it went, how many cases, minutes ago that it began
    (ended, 22, (2 * DAY, 30 * DAY)),
    (put_away, 5, (DAY, 4 * DAY)),
    (waits_for_them, 11, (6 * 60, 3 * DAY)),
    (in_talk, 10, (3 * 60, 2 * DAY)),
    (sent_back, 3, (5 * 60, 2 * DAY)),
    (joined, 3, (4 * 60, DAY)),
    (handed_over, 3, (2 * 60, 8 * 60)),
    (taken, 9, (45, 7 * 60)),
    (waits_for_us, 16, (2, 6 * 60)),
)
