"""What may be typed into the composer, what is refused and in which words (A2, A3, A5, INP-01, INP-03)."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from studio.accounts.models import Member
from studio.generation import capabilities
from studio.generation.capabilities import DOITONG, Parameter, Provider
from studio.generation.drafts import fields_of
from studio.generation.forms import ComposerForm
from studio.generation.models import Visibility
from studio.generation.recipe import Recipe
from tests.studio.generation.rows import a_key, a_member, a_run


@pytest.fixture
def person(db: None) -> Member:
    return a_member()


def form_of(person: Member, **typed: Any) -> ComposerForm:
    data = QueryDict(mutable=True)
    known = {"template": "a dune", "shape": "1x1", "size": "1k", "each": "1", "quality": "standard"}
    for name, value in {**known, "visibility": "team", **typed}.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    for name in [name for name, values in data.lists() if values == [None]]:
        del data[name]
    return ComposerForm(data, member=person)


def refusal(form: ComposerForm) -> tuple[str, str]:
    """Return the first field that was refused, and its sentence."""
    assert not form.is_valid()
    [(field, errors), *_] = form.errors.items()
    return field, str(errors[0])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"size": "4k"}, "The size is not among the choices. Choose one of those that are shown."),
        ({"shape": None}, "The shape is not among the choices. Choose one of those that are shown."),
        ({"each": "5"}, "How many of each is not among the choices. Choose one of those that are shown."),
        ({"visibility": "all"}, "Who sees it is not among the choices. Choose one of those that are shown."),
        ({"when": "never"}, "When it starts is not among the choices. Choose one of those that are shown."),
        ({"quality": "best"}, "Quality is not among the choices. Choose one of those that are shown."),
        ({"board": "x"}, "That board is not there any more. Choose another."),
        ({"project": "x"}, "That project is not there any more. Choose another."),
        ({"experiment": "x"}, "That experiment is not there any more. Choose another."),
    ],
)
def test_what_is_no_choice_is_named_with_its_mend(
    person: Member, typed: dict[str, str | None], sentence: str
) -> None:
    assert refusal(form_of(person, **typed))[1] == sentence


@pytest.mark.parametrize("broken", ["x", "-1", "9" * 30, "zz", "\0"])
def test_what_is_broken_in_a_hidden_field_counts_as_absent(person: Member, broken: str) -> None:
    names = ("version", "draft", "goes_on", "token", "draw")
    form = form_of(person, **dict.fromkeys(names, broken))
    assert form.is_valid(), form.errors
    assert (form.recipe().version_id, form.recipe().draw, form.cleaned_data["token"]) == (None, 0, "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (None, "Write a prompt first."),
        ("", "Write a prompt first."),
        (" \n\t ", "Write a prompt first."),
        ("x" * 5_000, "5,000 characters: Doitong takes 4,000. Take out 1,000."),
        ("a\x00b", "Character 2 is a control character (U+0000). Take it out."),
        ("a\x1bb", "Character 2 is a control character (U+001B). Take it out."),
        ("a\x7f", "Character 2 is a control character (U+007F). Take it out."),
        ("ab\ud800", "Character 3 is a control character (U+D800). Take it out."),
        ("a {red|green", "Character 3: this { is never closed."),
        ("a red} dune", "Character 6: this } closes nothing."),
        ("{{a}", "Character 1: this { is never closed."),
        ("a ${colour dune", "Character 3: "),
        ("a __colour dune", "Character 3: this word list does not end"),
        ("{" * 21 + "}" * 21, "Character 21: more than 20 braces"),
    ],
)
def test_a_prompt_that_cannot_be_used_is_refused_at_its_character(
    person: Member, typed: str | None, words: str
) -> None:
    field, sentence = refusal(form_of(person, template=typed))
    assert field == "template"
    assert sentence.startswith(words)
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a dune  ", "a dune"),
        ("a\r\ndune\tat dusk", "a\ndune at dusk"),  # a comment ends with its line
        ("cafe\u0301", "café"),  # NFC
        ("x" * 4_000, "x" * 4_000),
        ("沙丘 🏜️ ًا", "沙丘 🏜️ ًا"),
        ("a <script>alert(1)</script>", "a <script>alert(1)</script>"),
        ("'; DROP TABLE images; --", "'; DROP TABLE images; --"),
        (r"a \{plain\} dune", r"a \{plain\} dune"),
    ],
)
def test_any_other_text_is_kept(person: Member, typed: str, kept: str) -> None:
    form = form_of(person, template=typed)
    assert form.is_valid(), form.errors
    assert form.recipe().template == kept


WRONG_SIDES = [
    "0", "-1", "-512", "63", "4097", "99999", "1e9", "٣", "٥١٢", "0x10", "1_000", "5.5", "NaN", "Infinity",
    "true", "null", "512px", "1 000", "1,024", "²", "９９９", "9" * 400, "+512", "[512]", "<b>", "{{7*7}}",
]  # fmt: skip


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("typed", WRONG_SIDES)
def test_a_side_that_is_no_whole_number_in_range_is_refused_with_the_range(
    person: Member, side: str, typed: str
) -> None:
    other = {"width": "height", "height": "width"}[side]
    form = form_of(person, **{side: typed, other: "512"})
    field, sentence = refusal(form)
    assert field == side
    assert sentence == f"{side.title()} is “{typed[:20]}”. Use a whole number from 64 to 4096 pixels."


def test_one_side_alone_is_refused_at_the_other(person: Member) -> None:
    assert refusal(form_of(person, width="512")) == (
        "height",
        "Height is empty. Use a whole number from 64 to 4096 pixels.",
    )


@pytest.mark.parametrize(("typed", "side"), [("64", 64), ("4096", 4096), (" 0512 ", 512), ("1920", 1920)])
def test_a_size_of_ones_own_wins_over_shape_and_size(person: Member, typed: str, side: int) -> None:
    form = form_of(person, width=typed, height="1080")
    assert form.is_valid(), form.errors
    assert (form.recipe().width, form.recipe().height) == (side, 1080)


@pytest.mark.parametrize("field", ["shape", "size", "each", "visibility", "quality"])
@pytest.mark.parametrize(
    "typed", [None, "", "nothing", "0", "-1", "5", "1e9", "٣", "1.0", "1_0", "a\x00", "x" * 9_999]
)
def test_a_choice_is_one_of_those_offered(person: Member, field: str, typed: str | None) -> None:
    form = form_of(person, **{field: typed})
    assert not form.is_valid()
    assert field in form.errors


@pytest.mark.parametrize("typed", ["nothing", "0", "00000000-0000-0000-0000-00000000000g", "x" * 9_999])
def test_an_id_is_one_or_is_refused(person: Member, typed: str) -> None:
    assert refusal(form_of(person, experiment=typed))[0] == "experiment"


def test_the_last_of_several_values_counts_and_an_array_is_no_field(person: Member) -> None:
    form = form_of(person, each=["1", "4"], template=["one", "two"])
    assert form.is_valid()
    assert (form.recipe().each, form.recipe().template) == (4, "two")
    assert not form_of(person, template=None, **{"template[]": ["a", "b"]}).is_valid()


def test_another_members_experiment_is_not_taken(person: Member) -> None:
    other = a_member("other@studio.example")
    theirs = a_run(other, a_key()).experiment
    field, sentence = refusal(form_of(person, experiment=str(theirs.pk)))
    assert (field, sentence) == ("experiment", "That experiment is not there any more. Choose another.")


def test_fields_that_the_form_does_not_have_change_nothing(person: Member) -> None:
    """PERM-08: nobody sets their own price, key or owner."""
    extra = dict.fromkeys(("cost", "credit_cost", "key", "key_id", "member", "state", "role", "seed"), "1")
    form = form_of(person, **extra)
    assert form.is_valid()
    plain = form_of(person)
    assert plain.is_valid()
    assert form.recipe() == plain.recipe()
    assert isinstance(form.recipe(), Recipe)


SEED = Parameter(name="seed", label="Seed", least=0, most=2**32 - 1)
SEEDED = Provider(name="Other", service="other", parameters=(*DOITONG.parameters, SEED))


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setattr(capabilities, "DOITONG", SEEDED)
    return SEEDED


def controls(person: Member) -> str:
    """Return the composer as the page draws it, without what is only said in it."""
    form = ComposerForm(member=person)
    html = render_to_string("generation/explore.html#composer", {"form": form, "user": person})
    return " ".join(re.findall(r"<(?:input|select|textarea|option|label|legend)[^>]*>[^<]*", html)).lower()


def test_nothing_that_doitong_has_not_is_asked_for(person: Member) -> None:
    drawn = controls(person)
    assert 'name="template"' in drawn
    assert 'name="quality"' in drawn
    assert not [word for word in ("seed", "negative", "steps", "guidance", "sampler") if word in drawn]


def test_a_parameter_of_the_record_is_drawn_checked_kept_and_asked_for(
    person: Member, seeded: Provider
) -> None:
    assert 'name="seed"' in controls(person)
    form = form_of(person, seed="42")
    assert form.is_valid(), form.errors
    assert form.recipe().parameters["seed"] == "42"
    for typed in ("-1", "1e9", "1_000", "٣", "0x10", "1.5", str(2**32)):
        assert refusal(form_of(person, seed=typed))[0] == "seed"
    assert fields_of({"template": "a dune", "seed": "42", "cost": "0"}) == {
        "template": "a dune",
        "seed": "42",
    }


def test_a_parameter_left_empty_is_not_asked_for(person: Member, seeded: Provider) -> None:
    form = form_of(person, seed="")
    assert form.is_valid(), form.errors
    assert "seed" not in form.recipe().parameters


def test_a_draft_keeps_what_was_typed_but_no_nul_and_no_megabytes() -> None:
    kept = fields_of({"template": "a\x00b" + "x" * 30_000, "visibility": Visibility.PRIVATE, "token": "t"})
    assert kept["template"].startswith("ab")
    assert len(kept["template"]) <= 20_000
    assert set(kept) == {"template", "visibility"}
