"""Why a verb was refused: each error is named for the state of the world it met."""

from __future__ import annotations


class Refused(Exception):
    """A verb met a state of the world in which it must not happen; nothing was changed."""


class CaseClosed(Refused):
    """The case is closed; it must be reopened first."""


class CaseMerged(Refused):
    """The case was merged into another; that one is meant."""


class NotAllowed(Refused):
    """This person's role does not include the verb."""


class CodeRequired(Refused):
    """A wrap-up needs a code and an outcome, whoever asks for it."""


class NothingToSay(Refused):
    """The text is empty."""


class NobodyToTell(Refused):
    """There is no usable address to write to."""


class Unreachable(Refused):
    """An address must not be written to; the reason says why."""


class TooLate(Refused):
    """The message has left; it cannot be taken back."""


class StaleDraft(Refused):
    """The draft was changed elsewhere since this screen read it."""


class TooLarge(Refused):
    """The file is larger than this office allows."""


class CannotMerge(Refused):
    """These two cases cannot be merged this way round."""


class NotWaiting(Refused):
    """The envelope is not waiting for anybody's decision."""


class NotCandidate(Refused):
    """The customer is not among those the match found for the case."""


class NobodyConfirmed(Refused):
    """Nobody has said yet whose case this is, so there is nobody to verify."""


class ContactOver(Refused):
    """The contact has ended, and with it what was proven in it."""


class Locked(Refused):
    """Too many tries failed; nothing is accepted for the account until the lock ends."""


class NotProven(Refused):
    """What was proven does not reach the level that this asks for."""


class TooManyCodes(Refused):
    """Enough codes went to this point lately."""


class ProvesNothing(Refused):
    """A code at this point, or a call back to it, would prove nothing."""
