"""Whose key is used: their own, the team's, or either, as the owners decide (D23)."""

import pytest

from studio.accounts import keys
from studio.accounts.models import Event, Key, Member, Payer, Policy, Verb
from studio.generation.models import Run
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.rows import a_key
from tests.studio.generation.world import give_credits

OWN, TEAM, EITHER = Payer.OWN, Payer.TEAM, Payer.EITHER


def decide(payer: Payer, member: MakeMember) -> None:
    keys.set_payer(payer, member("owner"))


@pytest.mark.parametrize(
    ("payer", "has_own", "has_team", "used"),
    [
        (EITHER, True, True, "own"),
        (EITHER, False, True, "team"),
        (EITHER, True, False, "own"),
        (OWN, True, True, "own"),
        (OWN, False, True, None),
        (TEAM, True, True, "team"),
        (TEAM, True, False, None),
    ],
)
def test_the_key_is_the_one_that_was_decided_for(
    member: MakeMember,
    payer: Payer,
    has_own: bool,
    has_team: bool,
    used: str | None,
) -> None:
    person = member()
    found: dict[str, Key | None] = {"own": None, "team": None}
    found["own"] = a_key(person) if has_own else None
    found["team"] = a_key() if has_team else None
    a_key(member())  # a stranger's
    decide(payer, member)
    assert keys.key_for(person) == (found[used] if used else None)


def test_only_owners_decide_and_it_is_written_down(member: MakeMember, signed_in: SignedIn) -> None:
    sent = {"do": "payer", "payer-payer": "team"}
    for role in ("designer", "reviewer", "credit_admin"):
        assert signed_in(member(role)).post("/team/key", sent).status_code == 403
    owner: Member = member("owner")
    assert signed_in(owner).post("/account/key", sent).status_code == 400
    assert Policy.present().payer == EITHER
    tab = signed_in(owner)
    assert tab.post("/team/key", sent | {"payer-payer": "nobody"}).status_code == 422
    for _ in range(2):
        assert tab.post("/team/key", sent).status_code == 302
    assert Policy.present().payer == TEAM
    assert Event.objects.get(verb=Verb.POLICY_CHANGED).who == owner
    assert '<option value="team" selected>' in text(tab.get("/team/key"))


@pytest.mark.parametrize(
    ("payer", "says"),
    [
        (EITHER, "Your own API key and its Doitong credits are used."),
        (OWN, "Your own API key and its Doitong credits are used."),
        (TEAM, "The team’s API key and its Doitong credits are used."),
    ],
)
def test_the_form_says_whose_key_and_credits_will_be_used(
    member: MakeMember, signed_in: SignedIn, payer: Payer, says: str
) -> None:
    person = member()
    own, team = a_key(person), a_key()
    give_credits(person, 100)
    decide(payer, member)
    tab = signed_in(person)
    assert says in text(tab.post("/composer/estimate", posted(), headers=HTMX))
    tab.post("/runs", posted())
    assert Run.objects.get().key == (team if payer == TEAM else own)


@pytest.mark.parametrize(
    ("payer", "says"),
    [(OWN, "Everybody uses a key of their own"), (TEAM, "Everybody uses the team’s API key")],
)
def test_without_the_key_that_was_decided_for_it_says_what_to_do(
    member: MakeMember, signed_in: SignedIn, payer: Payer, says: str
) -> None:
    person = member()
    a_key(None if payer == OWN else person)
    give_credits(person, 100)
    decide(payer, member)
    answer = signed_in(person).post("/runs", posted(), headers=HTMX)
    assert (answer.status_code, Run.objects.count()) == (422, 0)
    assert says in text(answer)
