"""Which experiment the next run goes to while nobody chooses one: on with the last, or a new one (A30).

The runs of a draft belong together as long as its prompt can be recognised in the last ones. Another prompt
typed in its place begins an experiment of its own. What a person chose is never changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from studio.accounts.models import Member
from studio.generation.models import Run

COMPARED = 5  # runs of the experiment, the newest: two prompts may be tried in turns
LEAST_SHARED = 1 / 3  # of the words of the shorter of two prompts: with fewer it is another prompt
SMALL = frozenset({"the", "and", "with", "for", "from", "into"})
# a sign of a script that is written without spaces, or a word of at least three letters
WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|\w{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Where the next run goes: an experiment, or None for a new one.

    `goes_on` is the experiment that is gone on with unasked, None where one was chosen; `parted` says that
    the prompt is another by now, so that a new one begins.
    """

    experiment: UUID | None
    goes_on: UUID | None = None
    parted: bool = False

    @property
    def by_itself(self) -> UUID | None:
        """Return what the studio put into the field."""
        return None if self.parted else self.goes_on

    def after(self, experiment: UUID) -> "Going":
        """Return how it goes on behind a run that went to an experiment."""
        chosen = self.experiment is not None and self.goes_on is None
        return Going(experiment=experiment, goes_on=None if chosen else experiment)


def decided(member: Member, said: Going, template: str) -> Going:
    """Return where a prompt goes that a form says this of. One query, none where an experiment was chosen."""
    if said.goes_on is None or said.experiment != said.by_itself:
        return Going(experiment=said.experiment)
    new = is_another(template, _newest(member, said.goes_on))
    return Going(experiment=None if new else said.goes_on, goes_on=said.goes_on, parted=new)


def is_another(template: str, former: Iterable[str]) -> bool:
    """Say whether a prompt shares too few words with each of the former ones; without any it is not."""
    present, others = _words(template), [words for one in former if (words := _words(one))]
    shares = [len(present & words) / min(len(present), len(words)) for words in others if present]
    return bool(shares) and max(shares) < LEAST_SHARED


def _newest(member: Member, experiment: UUID) -> list[str]:
    runs = Run.objects.filter(experiment=experiment, member=member).order_by("-created_at")
    return list(runs.values_list("template", flat=True)[:COMPARED])


def _words(template: str) -> frozenset[str]:
    return frozenset(WORD.findall(template.casefold())) - SMALL
