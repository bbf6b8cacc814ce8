"""The lines of the team's tables as ready HTML: the same figures are drawn once a process (D5).

A hundred members and their keys are two hundred lines of a dozen figures: put into words here, they cost the
page a look-up each, and a whole template only where a figure has changed. Asks no database.
"""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from studio.accounts.models import Key
from studio.credits.overview import Standing
from studio.credits.tariff import Tariff
from studio.templatetags.look import kept, number


def members(those: Iterable[Standing], tariff: Tariff, *, team_key: bool) -> list[SafeString]:
    """Return the lines of the members' table, in the order of what is given."""
    return [_member(one, tariff, team_key=team_key) for one in those if one.member]


def uses(those: Iterable[Standing]) -> list[SafeString]:
    """Return the lines of projects or of keys."""
    return [
        kept("credits/team_use.html", last4=one.key.last4 if one.key else "", **_figures(one))
        for one in those
    ]


def _member(one: Standing, tariff: Tariff, *, team_key: bool) -> SafeString:
    member, account = one.member, one.account
    assert member is not None and account is not None  # noqa: PT018 - both stand in every line of a member
    return kept(
        "credits/team_row.html",
        pk=str(member.pk),
        initials=member.initials,
        hue=member.hue + 1,
        role=member.get_role_display(),
        worth=tariff.worth(one.used.month),
        left=number(account.available),
        held=number(account.held),
        days=_days(one.days),
        team_key=team_key,
        **_key(one.key),
        **_figures(one),
    )


def _figures(one: Standing) -> dict[str, str]:
    bound = one.bound
    return {
        "name": one.name,
        "spent": number(one.used.month),
        "burn": f"{one.used.burn:,.1f}",
        "bound": f"{number(bound.taken)} of {number(bound.limit)}" if bound else "",
        "when": bound.when if bound else "",
    }


def _days(days: int | None) -> str:
    return "" if days is None else f"{number(days)} day{'' if days == 1 else 's'}"


def _key(key: Key | None) -> dict[str, str]:
    if key is None:
        return {"dot": "", "state": "", "last4": ""}
    dot = "ok" if key.works else "bad" if key.state == "refused" else "warn"
    return {"dot": dot, "state": key.get_state_display(), "last4": key.last4}
