"""What of a plan the team has already: the same words at the same size and quality (A32). Reads images only.

As far as the member may see them: the team's, and their own.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db.models import FETCH_RAISE, Func, QuerySet, TextField
from django.urls import reverse

from studio import prepared
from studio.accounts.models import Member
from studio.generation.access import visible_images
from studio.generation.models import Image
from studio.generation.models.image import PROMPT_LOOKED_UP
from studio.generation.recipe import Plan

SHOWN = 6
LOOKED_UP = 60  # prompts of one plan, the first: enough to say that it was made before


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The newest images that are exactly what a plan would make again; `asked` is what it asks for."""

    images: tuple[Image, ...]
    asked: frozenset[tuple[str, int, int, str]]
    there: int  # how many of the different things asked for there is an image of

    @property
    def whole(self) -> bool:
        """Say whether all of it is there, so that making it again has to be meant."""
        return self.there == len(self.asked)

    def key(self, token: str) -> str:
        """Return what “make more” of these says in the form with this token: for it only."""
        return sha256(repr((token, sorted(self.asked))).encode()).hexdigest()[:16]

    @property
    def href(self) -> str:
        """Return where they are looked at, for 0 credits."""
        if len(self.images) == 1:
            return reverse("image", args=[self.images[0].uuid])
        return f"{reverse('made')}?{urlencode([('image', image.uuid) for image in self.images])}"


class _FirstWords(Func):
    """What the index `image_words` holds, its numbers written out: SQLite finds none by parameters."""

    function = "SUBSTRING"
    template = f"%(function)s(%(expressions)s, 1, {PROMPT_LOOKED_UP})"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Say it as SQLite does."""
        return self.as_sql(compiler, connection, function="SUBSTR", **context)


def made(member: Member, plan: Plan) -> Made | None:
    """Return the images that are already what the plan asks for; None where there is none. One query."""
    if plan.too_many:
        return None
    cells = plan.variations[:LOOKED_UP]
    asked = frozenset((cell.prompt, cell.width, cell.height, cell.quality) for cell in cells)
    prompts = sorted({prompt for prompt, *_ in asked})
    if len(prompts) == 1:  # mostly
        found = _OF_ONE(member=member.pk, prompt=prompts[0], words=prompts[0][:PROMPT_LOOKED_UP])
    else:
        found = list(_of_prompts(member, prompts))
    images = tuple(image for image in found if _is_same(image, plan, asked))
    if not images:
        return None
    there = len({(image.prompt, image.job.width, image.job.height, image.job.quality) for image in images})
    return Made(images=images[:SHOWN], asked=asked, there=there)


def _of_prompts(member: Member, prompts: Sequence[str]) -> QuerySet[Image]:
    return _alike(member, prompts, {prompt[:PROMPT_LOOKED_UP] for prompt in prompts})


def _alike(member: Member, prompts: Collection[str], first_words: Collection[str]) -> QuerySet[Image]:
    alike = Image.objects.alias(words=_FirstWords("prompt")).filter(words__in=first_words)
    found = visible_images(member).filter(pk__in=alike.values("pk"), prompt__in=prompts)
    found = found.select_related("job__run", "member")
    return found.order_by("-id").fetch_mode(FETCH_RAISE)[: SHOWN * LOOKED_UP]


_OF_ONE = prepared.Rows(
    lambda: _alike(prepared.uuid("member"), [prepared.text("prompt")], [prepared.text("words")])
)


def _is_same(image: Image, plan: Plan, asked: Set[tuple[str, int, int, str]]) -> bool:
    job = image.job
    same = (image.prompt, job.width, job.height, job.quality) in asked
    return same and _besides(job.run.parameters) == _besides(plan.recipe.parameters)


def _besides(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen beside the quality, which a job knows itself: it may be an axis."""
    return {name: value for name, value in parameters.items() if name != "quality"}
