"""What this room refuses. Each error's `sentence` is for the person who asked and repeats no secret."""


class KeyProblem(Exception):
    """A key was not saved or not found good; nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAKey(KeyProblem):
    """The pasted text cannot be a key; it was sent nowhere (KEY-07)."""


class KeyRefused(KeyProblem):
    """The provider does not know the key (S48)."""


class KeyUntested(KeyProblem):
    """The provider could not be asked, so nothing is known of the key."""


class KeyTaken(KeyProblem):
    """The key is in use in the studio already."""
