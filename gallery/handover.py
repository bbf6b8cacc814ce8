"""A leaver's boards go on with somebody else; what they said and decided keeps their name (E4)."""

from gallery.models import Board
from studio.accounts import leaving
from studio.accounts.models import Member


def register() -> None:
    """Have it done for everybody who leaves."""
    leaving.on_leaving(hand_over)


def hand_over(leaver: Member, heir: Member) -> str:
    """Hand the boards over; say how many."""
    count = Board.objects.filter(by=leaver).update(by=heir)
    return f"{count:,} board{'s' if count != 1 else ''} handed to {heir}" if count else ""
