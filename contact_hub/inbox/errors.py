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
