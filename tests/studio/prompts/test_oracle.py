"""The same templates stand for the same prompts as in the package that the syntax comes from (A6).

Where the two differ on purpose, docs/decisions.md says so, and the templates here keep out of it.
"""

from hypothesis import assume, given
from hypothesis import strategies as st

from studio.prompts.expansion import expand
from tests.studio.prompts import oracle
from tests.studio.prompts.given import Given, fuzzed, prompts

MOST = 600
LISTS = {
    "season": ("summer", "{autumn|fall}", "winter"),
    "colour": ("red", "blue", "green"),
    "c/warm": ("ochre", "umber"),
    "c/cold": ("teal", "ice"),
    "any": ("__season__", "__c/*__", "mid"),
}

words = st.sampled_from(["dune", "sea", "kite", "fog", "sky"])
lists = st.sampled_from(["__season__", "__colour__", "__c/*__", "__any__", "__**/warm__"])
weights = st.sampled_from(["", "", "2::", "0.5::", ".25::"])
bounds = st.sampled_from(
    ["2$$", "1-2$$", "-2$$", "1-$$", "3$$", "0-1$$", "2-1$$", "2$$ and $$", "1-2$$ | $$"]
)


def choice(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    weighted = st.tuples(weights, inner | st.just("")).map("".join)
    return st.lists(weighted, min_size=1, max_size=4).map(lambda made: "{" + "|".join(made) + "}")


def pick(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Make options that never read the same, since twins are one of the differences."""
    options = st.lists(st.tuples(weights, inner), min_size=2, max_size=3).map(
        lambda made: "|".join(
            f"{weight}{tag} {rest}" for tag, (weight, rest) in zip("xyz", made, strict=False)
        )
    )
    return st.tuples(bounds, options).map(lambda made: "{" + "".join(made) + "}")


templates = st.recursive(
    words | lists,
    lambda inner: choice(inner) | pick(inner) | st.lists(inner, min_size=1, max_size=3).map(" ".join),
    max_leaves=7,
)
commented = st.tuples(templates, templates).map(lambda made: f"# a note\n{made[0]} # and one more\n{made[1]}")
with_a_variable = st.tuples(templates, templates).map(lambda made: f"${{v={made[0]}}} {made[1]} ${{v}}")


@fuzzed
@given(templates | commented | with_a_variable)
def test_a6_every_combination_is_what_the_oracle_says(template: str) -> None:
    assume(expand(template, most=0, lists=Given(LISTS)).count <= MOST)
    ours = {oracle.tidy(prompt) for prompt in prompts(template, MOST, Given(LISTS))}
    assert ours == oracle.says(template, LISTS, 20 * MOST)


@fuzzed
@given(st.sampled_from(["{2$$__colour__}", "{1-2$$ and $$__any__}", "{2$$__c/*__}"]), words)
def test_a6_several_of_one_list_are_what_the_oracle_says(template: str, word: str) -> None:
    ours = {oracle.tidy(prompt) for prompt in prompts(f"{word} {template}", MOST, Given(LISTS))}
    assert ours == oracle.says(f"{word} {template}", LISTS, 20 * MOST)
