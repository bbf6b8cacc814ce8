"""What people write in comments, as safe markup: paragraphs, bold, italic, code, links, names. Pure (C13).

Everything is escaped first or kept whole as text; of markup only what is written here ever comes out. A
link goes to http or https alone, says where in its text, and vouches for nobody (nofollow noopener).
"""

import re
from collections.abc import Callable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

ADDRESS = r"https?://[^\s<>\"'`\\\x00-\x20]{1,1500}"
SIGNS = re.compile(
    r"`(?P<code>[^`\n]{1,1000})`"
    rf"|\[(?P<words>[^\[\]\n]{{1,200}})\]\((?P<to>{ADDRESS})\)"
    rf"|(?P<bare>{ADDRESS})"
    r"|\*\*(?P<bold>[^*\n]{1,1000})\*\*"
    r"|(?<![\w*])\*(?P<star>[^*\s][^*\n]{0,998})\*(?![\w*])"
    r"|(?<!\w)_(?P<line>[^_\s][^_\n]{0,998})_(?!\w)",
    re.IGNORECASE,
)
UNSIGNED = ("code", "words", "bare", "bold", "star", "line")  # what a sign says without it
TRAILING = ".,;:!?)"  # of a bare address: the sentence's, not the address's


def drawn(text: str, names: Sequence[str] = ()) -> SafeString:
    """Return the markup of a comment; `names` are those that were called in it, without their @."""
    paragraphs = re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").strip())
    called = _calling(names)
    return mark_safe("".join(f"<p>{_paragraph(one, called)}</p>" for one in paragraphs if one))  # noqa: S308 - all of it is escaped in _plain and _sign


def plain(text: str) -> str:
    """Return a comment's words without its signs, for where no markup is: paper, files."""
    return SIGNS.sub(lambda found: next(filter(None, found.group(*UNSIGNED))), text)


def _paragraph(text: str, called: re.Pattern[str] | None) -> str:
    return _inline(text, called).replace("\n", "<br>")


def _inline(text: str, called: re.Pattern[str] | None) -> str:
    """Return a stretch of text with its signs drawn; what is between two signs is plain."""
    parts, end = [], 0
    for found in SIGNS.finditer(text):
        parts += [_plain(text[end : found.start()], called), _sign(found, called)]
        end = found.end()
    return "".join([*parts, _plain(text[end:], called)])


def _sign(found: re.Match[str], called: re.Pattern[str] | None) -> str:
    if code := found["code"]:
        return f"<code>{escape(code)}</code>"
    if found["to"]:
        return _link(found["to"], found["words"])
    if bare := found["bare"]:
        address = bare.rstrip(TRAILING)
        return _link(address, address) + escape(bare[len(address) :])
    if bold := found["bold"]:
        return f"<strong>{_inside(bold, called)}</strong>"
    return f"<em>{_inside(found['star'] or found['line'], called)}</em>"


def _inside(text: str, called: re.Pattern[str] | None) -> str:
    """Return what is bold or italic: one sign more within it, as deep as they can be nested."""
    return _inline(text, called)


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}" rel="nofollow noopener ugc">{escape(words)}</a>'


def _plain(text: str, called: re.Pattern[str] | None) -> str:
    if called is None:
        return escape(text)
    mark: Callable[[str], str] = escape
    pieces = called.split(text)  # every second one is a name with its @
    return "".join(
        f'<b class="called">{escape(piece)}</b>' if place % 2 else mark(piece)
        for place, piece in enumerate(pieces)
    )


def _calling(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds these names behind an @, the longest first."""
    if not names:
        return None
    either = "|".join(re.escape(name) for name in sorted(set(names), key=len, reverse=True))
    return re.compile(rf"(@(?:{either}))(?!\w)", re.IGNORECASE)
