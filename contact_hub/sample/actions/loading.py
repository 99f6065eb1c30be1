"""The whole sample: the office, its customers, and a month of their mail."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from contact_hub.inbox.actions import intake
from contact_hub.inbox.models import Case
from contact_hub.sample.actions import office, people
from contact_hub.sample.actions.courses import PLAN, Course
from contact_hub.sample.actions.stage import Stage
from contact_hub.sample.errors import NotEmpty
from contact_hub.sample.rules.cast import as_billed
from contact_hub.sample.rules.data import Letter, letters
from contact_hub.sample.rules.extracts import Plan
from contact_hub.sample.rules.town import Citizen, citizens, strangers
from contact_hub.staff.models import Person

SEED = 7
NONSENSE = b"\r\n" * 7  # no mail at all: it waits in the quarantine for a lead


@dataclass(frozen=True, slots=True)
class Scene:
    """One case to be played: when it begins, with what, and how it goes."""

    at: datetime
    letter: Letter
    who: Citizen
    course: Course


def load(*, now: datetime | None = None, seed: int = SEED) -> bool:
    """Fill an empty database, all or nothing; False when the sample is there already.

    Raises NotEmpty when somebody else's office is there.
    """
    now = now or timezone.now()
    with transaction.atomic():
        everybody = Person.objects.all()
        if everybody.filter(email=office.address_of("Ana Ruiz")).exists():
            return False
        if everybody.exists():
            raise NotEmpty("The database holds an office already; the sample needs an empty one.")
        today = timezone.localdate(now)
        plan = Plan(accounts=people.NEIGHBOURS, seed=seed, day=today.toordinal())
        town = as_billed(citizens(seed=seed, today=today), plan)
        office.set_up()
        people.move_in(town, plan, now=now)
        stage = Stage(now=now, dice=random.Random(seed))
        for scene in sorted(_scenes(town, stage), key=lambda scene: scene.at):
            _play(stage, scene)
        intake.receive(
            NONSENSE,
            door="sample",
            recipients=["hello@aldercreek.test"],
            now=now - timedelta(hours=1),
        )
    return True


def _scenes(town: tuple[Citizen, ...], stage: Stage) -> Iterator[Scene]:
    """As many cases as the plan asks for; nobody is in two that could run into each other."""
    dice = stage.dice
    courses = [(course, ago) for course, count, ago in PLAN for _ in range(count)]
    guests = [*strangers()]
    crowd = [citizen for citizen in town if citizen.reachable]
    dice.shuffle(crowd)
    stories = {language: _stories(language, dice) for language in ("en", "es")}
    for number, (course, (least, most)) in enumerate(courses):
        who = guests.pop() if number % 7 == 3 and guests else crowd[number % len(crowd)]
        at = stage.now - timedelta(minutes=dice.randint(least, most))
        yield Scene(at, _letter(stories[who.language], who, course), who, course)


def _stories(language: str, dice: random.Random) -> list[Letter]:
    found = [letter for letter in letters() if letter.language == language]
    dice.shuffle(found)
    return found


def _letter(stories: list[Letter], who: Citizen, course: Course) -> Letter:
    """The next story that fits; it then goes to the end of the row."""
    stranger = not who.accounts
    answerable = course.__name__ not in {"ended", "waits_for_us", "taken", "handed_over"}
    for letter in stories:
        fits = (letter.stranger <= stranger) and (not answerable or letter.reply.strip() != "")
        if fits:
            stories.remove(letter)
            stories.append(letter)
            return letter
    return stories[0]


def _play(stage: Stage, scene: Scene) -> None:
    case = stage.arrive(scene.letter, scene.who, at=scene.at)
    if case is not None and case.state in Case.UNFINISHED:
        scene.course(stage, case, scene.letter, scene.who, scene.at)
