"""The queue page put together: the keys' headroom, and the jobs that do not rest, group by group.

Reads only. The number of queries is the same for ten jobs and for ten thousand; a long group goes on
page by page, each from the last job of the one before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from studio.accounts import keys
from studio.accounts.models import Key, Member
from studio.accounts.models.key import IN_USE
from studio.generation import access, line, pauses, queries
from studio.generation.headroom import headroom
from studio.generation.models import Job, Pause
from studio.generation.queuerows import KeyCard, Reader, Row, Standing, key_card, row
from studio.generation.states import BEFORE_SENDING, State

FIRST = 12  # rows of a group where all are shown
PAGE = 50
KEYS_SHOWN = 6
LATELY = timedelta(days=7)  # how long a failed job is listed
UNPLACED = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some states under one heading, in the order in which its jobs are listed."""

    name: str
    title: str
    states: tuple[State, ...]
    order: tuple[str, ...]
    empty: str


BY_AGE = ("created_at", "position", "pk")
GROUPS = (
    Group(
        name="needy",
        title="Needs you",
        states=(State.HELD, State.UNKNOWN, State.OVERDUE),
        order=BY_AGE,
        empty="Nothing is held or in doubt.",
    ),
    Group(
        name="running",
        title="Under way",
        states=(State.SENDING, State.PROCESSING, State.SAVING),
        order=BY_AGE,
        empty="Nothing is being made now.",
    ),
    Group(
        name="line", title="In line", states=(State.QUEUED,), order=(*line.ORDER, "pk"), empty="Nobody waits."
    ),
    Group(
        name="failed",
        title="Failed lately",
        states=(State.FAILED,),
        order=("-created_at", "position", "pk"),
        empty="Nothing failed in the last seven days.",
    ),
)
NAMES = {group.name: group for group in GROUPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of the queue is shown: one group or all, one member's jobs or everybody's."""

    show: str = ""
    member: UUID | None = None
    after: UUID | None = None

    @property
    def here(self) -> str:
        """Return the address of this very part."""
        return self.href(after=self.after)

    def href(self, **changes: Any) -> str:
        """Return the address of the page with other filters, from its first page."""
        other = replace(self, **{"after": None, **changes})
        query = {"show": other.show, "member": other.member or "", "after": other.after or ""}
        query = {name: value for name, value in query.items() if value}
        return reverse("queue") + (f"?{urlencode(query)}" if query else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A group as it is drawn: so many of its jobs, and where there are more."""

    name: str
    title: str
    count: int
    rows: tuple[Row, ...]
    empty: str
    more: str
    next: str


def read(query: Mapping[str, str]) -> Filters:
    """Return the filters of an address; what is none is taken for not chosen."""
    show = query.get("show", "")
    return Filters(
        show=show if show in NAMES else "", member=_uuid(query.get("member")), after=_uuid(query.get("after"))
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def listed(member: Member, now: datetime) -> QuerySet[Job]:
    """Return the jobs that the page lists for this reader, in any group."""
    resting = Q(state__in=[State.DONE, State.CANCELLED]) | Q(state=State.FAILED, created_at__lt=now - LATELY)
    return access.jobs_of_line(member).exclude(resting)


def page(member: Member, filters: Filters, *, now: datetime, ticked: Collection[UUID] = ()) -> dict[str, Any]:
    """Return what templates/generation/queue.html reads."""
    jobs = listed(member, now)
    if filters.member is not None:
        jobs = jobs.filter(member=filters.member)
    counts = _counts(jobs)
    present = pauses.open_pauses()
    found = {group.name: _some(jobs, group, filters) for group in _chosen(filters) if counts[group.name]}
    several = member.is_admin and filters.member != member.pk
    reader = Reader(
        member=member,
        ticked=frozenset(ticked),
        several=several,
        private=several and access.prompts_are_private(),
    )
    standing = _standing([job for some in found.values() for job in some], present, now)
    return {
        "filters": filters,
        "sections": [
            _section(group, found.get(group.name, []), counts[group.name], filters, standing, reader)
            for group in _chosen(filters)
        ],
        "counts": counts,
        "tabs": _tabs(filters, counts),
        "members": _members(member, jobs, filters, now) if member.is_admin else [],
        "keys": _key_cards(member, present, now),
        "pauses": present,
        "mine_paused": next((one for one in present if one.member_id == member.pk), None),
        "all_paused": next((one for one in present if not one.key_id and not one.member_id), None),
        "ends": _ends(member, filters, now),
        "any": any(section for section in found.values()),
        "say": _say(counts),
        "page_size": PAGE,
        "live": bool(counts["running"] + counts["line"]),
    }


def _chosen(filters: Filters) -> tuple[Group, ...]:
    return (NAMES[filters.show],) if filters.show else GROUPS


def _counts(jobs: QuerySet[Job]) -> dict[str, int]:
    by_state = dict(jobs.order_by().values_list("state").annotate(n=Count("pk")))
    return {group.name: sum(by_state.get(state, 0) for state in group.states) for group in GROUPS}


def _some(jobs: QuerySet[Job], group: Group, filters: Filters) -> list[Job]:
    """Return the group's first jobs, or those behind the one that the address names."""
    rows = jobs.filter(state__in=group.states).select_related("run__experiment", "key", "member")
    if filters.after is not None:
        last = jobs.filter(pk=filters.after).values(*(name.lstrip("-") for name in group.order)).first()
        rows = rows.filter(_behind(group.order, last)) if last else rows.none()
    most = PAGE if filters.show else FIRST
    return list(rows.order_by(*group.order)[: most + 1].fetch_mode(models.FETCH_RAISE))


def _behind(order: Sequence[str], last: Mapping[str, Any]) -> Q:
    """Return what comes after a row in this order: greater in one column, equal in those before it."""
    found, same = Q(), Q()
    for column in order:
        name = column.lstrip("-")
        found |= same & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": last[name]})
        same &= Q(**{name: last[name]})
    return found


def _section(
    group: Group, jobs: list[Job], count: int, filters: Filters, standing: Standing, reader: Reader
) -> Section:
    most = PAGE if filters.show else FIRST
    shown, beyond = jobs[:most], len(jobs) > most
    last = shown[-1].pk if shown else None
    places = standing.around.places  # several members' jobs go by turns, not in the order they are listed in
    shown.sort(key=lambda job: places.get(job.pk, UNPLACED))
    readable = partial(access.may_read_prompt, reader.member, private=reader.private)
    return Section(
        name=group.name,
        title=group.title,
        count=count,
        rows=tuple(row(job, standing, reader, readable=readable(job)) for job in shown),
        empty=group.empty,
        more=filters.href(show=group.name) if beyond and not filters.show else "",
        next=filters.href(after=last) if beyond and filters.show else "",
    )


def _standing(jobs: Sequence[Job], present: Sequence[Pause], now: datetime) -> Standing:
    return Standing(around=queries.surroundings(jobs, now), pauses=present)


def _tabs(filters: Filters, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    tabs = [{"text": "All", "href": filters.href(show=""), "current": not filters.show, "count": None}]
    for group in GROUPS:
        href, current = filters.href(show=group.name), filters.show == group.name
        tabs.append({"text": group.title, "href": href, "current": current, "count": counts[group.name]})
    return tabs


def _members(
    member: Member, jobs: QuerySet[Job], filters: Filters, now: datetime
) -> list[tuple[Member, bool]]:
    """Return who has jobs on the page, and the one that is chosen."""
    with_jobs = Q(Exists(listed(member, now).filter(member=OuterRef("pk"))))
    found = Member.objects.filter(with_jobs | Q(pk__in=[one for one in (filters.member, member.pk) if one]))
    return [(one, one.pk == filters.member) for one in found]


def _ends(member: Member, filters: Filters, now: datetime) -> dict[str, Any]:
    """Return whose jobs “cancel all” means here, never everybody's at one press, and how many those are."""
    own = filters.member in {None, member.pk}
    whose = Member.objects.filter(pk=filters.member or member.pk).first()
    jobs = access.jobs_of_line(member).filter(member=whose)
    unsent = jobs.filter(state__in=BEFORE_SENDING).count()
    failed = listed(member, now).filter(member=member, state=State.FAILED).count() if own else 0
    return {"cancel": whose, "unsent": unsent, "failed": failed}


def _say(counts: Mapping[str, int]) -> str:
    """Return the page in a sentence: 3 under way, 12 in line, 2 need you."""
    words = {"running": "under way", "line": "in line", "needy": "need you", "failed": "failed lately"}
    said = [f"{counts[name]:,} {word}" for name, word in words.items() if counts[name]]
    return ", ".join(said) + "." if said else "Nothing waits and nothing is under way."


def _key_cards(member: Member, present: Sequence[Pause], now: datetime) -> list[KeyCard]:
    """Return the keys that the reader's jobs use; of an admin, those that have jobs now, and the team's."""
    return [
        key_card(key, headroom(key, now), member, present, now) for key in _keys(member, now)[:KEYS_SHOWN]
    ]


def _keys(member: Member, now: datetime) -> list[Key]:
    used = Q(pk__in=listed(member, now).exclude(state=State.FAILED).values("key"))
    if member.is_admin:
        found = Key.objects.filter(IN_USE, used | Q(member=None) | Q(member=member))
    else:
        present = keys.key_for(member)
        found = Key.objects.filter(IN_USE, used | Q(pk__in=[present.pk] if present else []))
    return sorted(
        found.select_related("member"), key=lambda key: (key.member_id != member.pk, bool(key.member_id))
    )
