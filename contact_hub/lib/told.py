"""Something that went wrong and that people are told of, each in their own language."""

from __future__ import annotations


class Told(Exception):
    """What is to be told, by its name, and the particulars; the words are chosen where it is shown.

    particulars  values that JSON keeps
    """

    def __init__(self, said: str, /, **particulars: str | int) -> None:
        super().__init__(said, particulars)
        self.said = said
        self.particulars = particulars

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.particulars.items())
        return f"{self.said} ({told})" if told else self.said
