"""What judging and talking refuse. Each error's `sentence` is for a person; nothing was changed."""


class Refused(Exception):
    """What was asked is not done; what was typed is given back."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotTheirs(Refused):
    """Somebody of another role, or who made the image, decides or changes this."""


class Impossible(Refused):
    """Makes no sense: six stars, an unknown status, a pin beside the picture, an empty comment."""


class Overtaken(Refused):
    """Somebody else decided since the page was drawn (C12)."""
