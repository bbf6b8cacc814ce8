"""What happens to a leaver's work: the queue is cancelled, the images go on with another (E4, AUTH-06).

Jobs and runs keep their name: that is the history, and what the ledger counts. Touches jobs, images, drafts.
"""

from studio.accounts import leaving
from studio.accounts.models import Member
from studio.generation import batches
from studio.generation.batches import Deed
from studio.generation.models import Draft, Image, Job
from studio.generation.signals import tell_changed
from studio.generation.states import BEFORE_SENDING
from studio.generation.steering import UNDER_WAY


def register() -> None:
    """Have it done for everybody who leaves."""
    leaving.on_leaving(hand_over)


def hand_over(leaver: Member, heir: Member) -> str:
    """Cancel what waits, wait no more for what is being made, and hand the images over; say how much."""
    said = [_cancelled(leaver), _handed(leaver, heir)]
    Draft.objects.filter(member=leaver).delete()
    return ", ".join(filter(None, said))


def _cancelled(leaver: Member) -> str:
    """Take their jobs out of the line, with the holds; what is paid for already settles as it comes."""
    live = Job.objects.filter(member=leaver, state__in=BEFORE_SENDING | UNDER_WAY)
    jobs = live.select_related("run", "key", "member").order_by("created_at", "position")
    done = batches.act(Deed.CANCEL, jobs).done
    return f"{done:,} image{'s' if done != 1 else ''} cancelled" if done else ""


def _handed(leaver: Member, heir: Member) -> str:
    theirs = Image.objects.filter(member=leaver)
    ids = list(theirs.values_list("pk", flat=True))
    if ids:
        theirs.update(member=heir)
        tell_changed(ids)
    return f"{len(ids):,} image{'s' if len(ids) != 1 else ''} handed to {heir}" if ids else ""
