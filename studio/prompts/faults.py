"""What is wrong with something that was typed or uploaded: where, and a sentence for a person. Pure."""

from dataclasses import dataclass

MOST_TOLD = 50  # of one file; a file of another kind has a fault in each line


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A sentence, and the place it speaks of: file "", line 0 and character 0 stand for the whole."""

    sentence: str
    file: str = ""
    line: int = 0  # from 1
    character: int = 0  # from 1, within the line

    @property
    def place(self) -> str:
        """The place in words: “colours.txt, line 3, character 7”."""
        named = (("", self.file), ("line ", self.line), ("character ", self.character))
        return ", ".join(f"{word}{what}" for word, what in named if what)

    def __str__(self) -> str:
        place = self.place if self.file else self.place.capitalize()
        return f"{place}: {self.sentence}" if place else self.sentence
