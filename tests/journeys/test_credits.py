"""Somebody's credits do not suffice: they are told before anything is bought, and a colleague helps."""

import re

from tests.house import House
from tests.visitor import Books, Visitor, found, refusal

DEAR = {"size": "2k", "quality": "high", "each": "4"}
MANY = "a map of {one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve} islands"
CREDITS_LEFT = r'aria-label="([\d,]+) credits left'


def test_too_few_credits_are_said_before_anything_is_bought_and_a_grant_mends_it(
    running_studio: House,
) -> None:
    with Visitor(running_studio) as owner, Visitor(running_studio) as admin:
        owner.sign_in("owner")
        admin.sign_in("credit_admin")
        asked_before = len(Books(running_studio).jobs())
        refused = owner.press_generate(MANY, **DEAR)
        assert refused.status_code == 422
        assert "credits" in refusal(refused.text)
        assert len(Books(running_studio).jobs()) == asked_before

        grant(admin, to="Alex Owner", amount=5_000)
        assert left(owner) >= 5_000
        estimate = owner.post("/composer/estimate", {"template": MANY, **RECIPE_OF_MANY})
        assert "Generate 48" in estimate.text
        assert 'id="refusal"' not in estimate.text
        assert "type 48 to go on" in estimate.text  # it reaches, and is asked for as any run so dear (A10)


RECIPE_OF_MANY = {"shape": "1x1", "visibility": "team", **DEAR}


def left(person: Visitor) -> int:
    return int(found(CREDITS_LEFT, person.page("/credits")).replace(",", ""))


def grant(admin: Visitor, *, to: str, amount: int) -> None:
    """Fill in the form that a member's row of the team's page leads to."""
    rows = re.findall(r"<tr.*?</tr>", admin.page("/team"), re.DOTALL)
    link = found(r'href="(/team\?add=[^"]+)"', next(row for row in rows if to in row and "?add=" in row))
    page = admin.page(link)
    form = found(r'action="(/team/[0-9a-f-]+/grant)"', page)
    reference = found(r'name="reference" value="([0-9a-f-]+)"', page)
    assert re.fullmatch(r"[0-9a-f-]{36}", reference)
    answer = admin.post(form, {"amount": str(amount), "reason": "A campaign", "reference": reference})
    assert answer.status_code == 302, answer.text[:400]
