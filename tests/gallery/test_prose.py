"""What people write becomes markup of ours and nothing else (C13)."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery import prose

ALLOWED = {"p", "br", "strong", "em", "code", "a", "b"}
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    '[x](http://a.b/" onmouseover="alert(1))',
    "**<img src=x onerror=alert(1)>**",
    "`</code><script>`",
    "[<b>](https://a.example)",
    "https://a.example/'\"><script>",
    "[a](data:text/html,<script>)",
    "*a*b*c**d**e_f_g",
    "@Ada <i>",
    "[a](https://a.example)[b](https://b.example)" * 50,
    "**" * 2000,
    "[" * 4000,
    "_" * 4000,
    "`" * 3999,
)


class Reader(HTMLParser):
    """Gathers what a browser would see of a piece of markup."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def seen(markup: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(markup)
    return reader.tags


def harmless(markup: str) -> bool:
    for tag, attrs in seen(markup):
        expected = {"a": {"href", "rel"}, "b": {"class"}}.get(tag, set())
        if tag not in ALLOWED or set(attrs) != expected:
            return False
        if tag == "a" and not re.match(r"https?://", attrs["href"] or "", re.IGNORECASE):
            return False
    return True


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("**bold** and *light*", "<p><strong>bold</strong> and <em>light</em></p>"),
        ("_also light_ but snake_case_name", "<p><em>also light</em> but snake_case_name</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("**a _b_**", "<p><strong>a <em>b</em></strong></p>"),
        ("", ""),
    ],
)
def test_signs_are_drawn(text: str, markup: str) -> None:
    assert prose.drawn(text) == markup


def test_a_link_vouches_for_nobody() -> None:
    link = '<a href="https://a.example/?x=1&amp;y=2" rel="nofollow noopener ugc">'
    assert prose.drawn("[here](https://a.example/?x=1&y=2)") == f"<p>{link}here</a></p>"
    assert prose.drawn("(https://a.example/?x=1&y=2).").endswith("</a>).</p>")


def test_a_name_that_was_called_stands_out_and_others_do_not() -> None:
    drawn = prose.drawn("@Ada Lovelace, ask @Bob and @Adam", ["Ada", "Ada Lovelace"])
    assert drawn == '<p><b class="called">@Ada Lovelace</b>, ask @Bob and @Adam</p>'


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    assert harmless(prose.drawn(text, ["Ada"]))


@given(st.text(alphabet="*_`[]()<>&\"'@:/ahtps. \n\x00", max_size=200))
def test_whatever_is_written_is_harmless(text: str) -> None:
    assert harmless(prose.drawn(text, ["ah", "s"]))


def test_on_paper_it_is_its_words_alone() -> None:
    text = "Could the **lake** be _calmer_, `as here`: [this](https://a.example/x), @Dana? https://b.example"
    assert prose.plain(text) == "Could the lake be calmer, as here: this, @Dana? https://b.example"
    assert prose.plain("2 * 3 * 4 < 30") == "2 * 3 * 4 < 30"
