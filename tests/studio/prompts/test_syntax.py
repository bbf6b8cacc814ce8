"""Every example of sd-dynamic-prompts' SYNTAX.md gives the same prompts here (A6, A7, A8, A11).

Written after the page's sections; where an example was left open (“…”), the whole set stands here.
"""

import pytest

from studio.prompts.expansion import expand
from tests.studio.prompts.given import Given, prompts

ICE = "My favourite ice-cream flavours are "
THREE = ("chocolate", "vanilla", "strawberry")
TWO_OF_THREE = [f"{one}, {other}" for one in THREE for other in THREE if one != other]
LISTS = Given(
    {
        "season": ("summer", "autumn", "winter", "spring"),
        "varied": ("summer", "{autumn|fall}", "winter", "spring"),
        "flavours": THREE,
        "people_of_the_world": ("__asia__", "__africa__"),
        "asia": ("Thai",),
        "africa": ("Zimbabwean", "Namibian", "Basotho"),
        "colours-cold": ("blue", "green"),
        "colours-warm": ("red", "yellow"),
        "artists/finnish": ("Akseli Gallen-Kallela", "Eero Järnefelt", "Helene Schjerfbeck"),
        "artists/dutch/old": ("Rembrandt van Rijn",),
        "artists/dutch/new": ("Piet Mondrian", "Vincent van Gogh"),
        "weighted": ("{ 2::red | 3::blue | 1:: green }",),
        "season_clothes": ("In ${season}, I wear ${season} shirts and ${season} trousers",),
        "toys": (
            "# Usage: __toys(figure=elephant)__\n# Steps: 35\n\ncute ${figure} plush toy,\nsoft lighting",
        ),
    }
)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        # Basic syntax
        (
            "{summer|autumn|winter|spring} is coming",
            [f"{season} is coming" for season in ("summer", "autumn", "winter", "spring")],
        ),
        # Weighting options
        ("{0.5::summer|0.1::autumn|0.3::winter|0.1::spring}", ["summer", "autumn", "winter", "spring"]),
        # Choosing multiple values
        (ICE + "{2$$chocolate|vanilla|strawberry}", [ICE + two for two in TWO_OF_THREE]),
        # Custom separator
        (
            ICE + "{2$$ and $$chocolate|vanilla|strawberry}",
            [ICE + two.replace(", ", " and ") for two in TWO_OF_THREE],
        ),
        # Range of options
        (
            ICE + "{1-2$$ and $$chocolate|vanilla|strawberry}",
            [ICE + one for one in (*THREE, *(two.replace(", ", " and ") for two in TWO_OF_THREE))],
        ),
        # Omitting bounds
        ("{-2$$chocolate|vanilla|strawberry}", [*THREE, *TWO_OF_THREE]),
        # Limitations
        (
            "{4$$chocolate|vanilla|strawberry}",
            [
                ", ".join((one, two, *(set(THREE) - {one, two})))
                for one in THREE
                for two in THREE
                if one != two
            ],
        ),
        # Wildcards
        ("__season__ is coming", [f"{one} is coming" for one in LISTS.lists["season"]]),
        (ICE + "{2$$__flavours__}", [ICE + two for two in TWO_OF_THREE]),
        (
            "__varied__ is coming",
            [f"{one} is coming" for one in ("summer", "autumn", "fall", "winter", "spring")],
        ),
        ("__people_of_the_world__", ["Thai", "Zimbabwean", "Namibian", "Basotho"]),
        (
            "The colour of my shirt is __colours*__",
            [f"The colour of my shirt is {one}" for one in ("blue", "green", "red", "yellow")],
        ),
        (
            "by __artists/**__",
            [
                f"by {entry}"
                for name, entries in LISTS.lists.items()
                if name.startswith("artists/")
                for entry in entries
            ],
        ),
        ("__weighted__", ["red", "blue", "green"]),
        # Variables
        (
            "${season=!{summer|autumn}}In ${season}, I wear ${season} shirts and ${season} trousers",
            [f"In {one}, I wear {one} shirts and {one} trousers" for one in ("summer", "autumn")],
        ),
        (
            "${season=!__season__}\nIn ${season}, I wear ${season} shirts",
            [f"In {one}, I wear {one} shirts" for one in LISTS.lists["season"]],
        ),
        # Parameterized templates
        ("__season_clothes(season=winter)__", ["In winter, I wear winter shirts and winter trousers"]),
        (
            "${season={summer|autumn}} __season_clothes__",
            [f"In {one}, I wear {one} shirts and {one} trousers" for one in ("summer", "autumn")],
        ),
        (
            "In ${season:summer}, I wear ${season:summer} shirts and ${season:summer} trousers",
            ["In summer, I wear summer shirts and summer trousers"],
        ),
        # Whitespace and comments
        (
            (
                "    # Set the season variable\n    ${season={\n        summer\n\t|autumn\n"
                "\t# | fall    # commented this value out\n\t|winter\n\t|spring\n    }}\n\n"
                "   In ${season:summer}, I wear ${season:summer} shirts"
            ),
            [f"In {one}, I wear {one} shirts" for one in ("summer", "autumn", "winter", "spring")],
        ),
        ("__toys(figure=elephant)__", ["cute elephant plush toy, soft lighting"]),
        # Samplers
        (
            "A {red|green|blue} {square|circle}",
            [f"A {one} {other}" for one in ("red", "green", "blue") for other in ("square", "circle")],
        ),
        ("{red|green|blue} {@square|circle}", ["red square", "green circle", "blue square"]),
    ],
)
def test_a6_an_example_of_the_syntax_page_gives_its_prompts(template: str, expected: list[str]) -> None:
    assert sorted(prompts(template, lists=LISTS)) == sorted(expected)


def test_a6_without_an_upper_bound_all_may_be_picked() -> None:
    """The page writes 1-2 for `{1-$$…}` of three, and its words and its package say three."""
    found = prompts("{1-$$chocolate|vanilla|strawberry}")
    assert len(found) == 3 + 6 + 6
    assert found[-1] == "strawberry, vanilla, chocolate"


def test_a7_two_of_one_list_twice_are_never_the_same_entry() -> None:
    """`{2$$__flavours__|__flavours__}`: the page warns of repeats here; there are none."""
    assert sorted(prompts("{2$$__flavours__|__flavours__}", lists=LISTS)) == sorted(TWO_OF_THREE)


def test_a8_two_in_order_keep_together() -> None:
    [one] = expand("{@embedding1|embedding2} and {@embedding3|embedding4}", most=10).variations
    assert [one.take(image) for image in range(3)] == [
        "embedding1 and embedding3",
        "embedding2 and embedding4",
        "embedding1 and embedding3",
    ]


def test_a8_an_example_of_combinations_beside_a_random_part_ends_with_the_combinations() -> None:
    found = prompts("{red|green|blue} {~square|circle}")
    assert [prompt.split()[0] for prompt in found] == ["red", "green", "blue"]
    assert {prompt.split()[1] for prompt in found} <= {"square", "circle"}
