"""What a member has typed on an image's page and what was wrong with it. Pure."""

from dataclasses import dataclass

from gallery.models import Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the one form for words holds: kept when it is refused, filled when a comment is changed."""

    text: str = ""
    x: str = ""
    y: str = ""
    reason: str = ""
    problem: str = ""
    answers: Comment | None = None
    edits: Comment | None = None
