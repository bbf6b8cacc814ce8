"""Lists, templates and how many of them: what the tests of the language are given. Touches no database."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st

from studio.prompts.expansion import Expansion, expand
from studio.prompts.grammar import PromptError
from studio.prompts.mentions import matching

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
fuzzed = settings(max_examples=EXAMPLES)


@dataclass(frozen=True)
class Given:
    """Word lists out of a mapping; a name is looked for once, as the team's are in a request."""

    lists: Mapping[str, Sequence[str]]
    found: dict[str, list[str] | None] = field(default_factory=dict, repr=False, compare=False)

    def entries(self, name: str) -> Sequence[str] | None:
        """Return the entries of a list or a glob."""
        if name not in self.found:
            met = matching(name, self.lists)
            self.found[name] = [entry for one in met for entry in self.lists[one]] if met else None
        return self.found[name]

    def names(self) -> Sequence[str]:
        """Return the lists' names."""
        return list(self.lists)


LISTS = Given(
    {
        "season": ("summer", "{autumn|fall}", "winter"),
        "flavours": ("chocolate", "vanilla", "strawberry"),
        "colours-cold": ("blue", "green"),
        "colours-warm": ("red", "yellow"),
        "people/asia": ("Thai", "Lao"),
        "people/africa": ("Basotho", "Namibian", "Thai"),
        "people": ("__people/*__",),
        "clothes": ("in ${season}, ${season} shirts",),
        "weighted": ("3::red", "blue", "{2::dark|light} green"),
    }
)


def prompts(template: str, most: int = 5_000, lists: Given = LISTS) -> list[str]:
    """Return every prompt of a template, in order."""
    found = expand(template, most=most, lists=lists)
    assert found.built
    return [variation.prompt for variation in found.variations]


def refusal(template: str, lists: Given = LISTS, most: int = 400) -> PromptError | None:
    """Return the error that a template is refused with."""
    try:
        checked(expand(template, most=most, lists=lists))
    except PromptError as error:
        return error
    return None


def checked(found: Expansion) -> Expansion:
    """Return an expansion of which all is true that is true of any."""
    prompts = [variation.prompt for variation in found.variations]
    assert all(prompt == " ".join(prompt.split()) for prompt in prompts)
    assert found.count >= len(prompts)
    if found.built:
        assert found.count == len(prompts)
    if found.axes:
        assert all(len(variation.picks) == len(found.axes) for variation in found.variations)
        cells = {variation.picks for variation in found.variations}
        assert len(cells) == len(prompts)
    return found


words = st.sampled_from(["dune", "sea", "red kite", "fog,", "sky", "a", "b"])
signs = st.sampled_from(["", "", "", "~", "!", "@"])
names = st.sampled_from(["season", "flavours", "colours*", "people", "**/asia", "weighted"])
bounds = st.sampled_from(["", "", "2$$", "1-2$$", "0-2$$ and $$", "-2$$ + $$", "1-$$"])


def _choices(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    weights = st.sampled_from(["", "", "2::", "0.5::"])
    options = st.lists(st.tuples(weights, inner).map("".join), min_size=1, max_size=4).map("|".join)
    return st.tuples(signs, bounds, options).map(lambda made: "{" + "".join(made) + "}")


templates = st.recursive(
    words | st.just("") | st.tuples(signs, names).map(lambda made: f"__{made[0]}{made[1]}__"),
    lambda inner: _choices(inner) | st.lists(inner, min_size=1, max_size=3).map(" ".join),
    max_leaves=8,
)
"""Templates that can be read, of choices, picks, weights, modes and lists."""

whole_templates = st.one_of(
    templates,
    st.tuples(templates, templates).map(lambda made: f"${{c={made[0]}}} ${{c}} {made[1]}, ${{c}} sky"),
    st.tuples(templates, st.lists(words, min_size=1, max_size=3)).map(
        lambda made: " | ".join(["x " + made[0], *made[1]])
    ),
    st.tuples(templates, templates).map(lambda made: f"{made[0]} # a {{ comment\n{made[1]}"),
)
"""The same with variables, optional parts and comments around them."""
