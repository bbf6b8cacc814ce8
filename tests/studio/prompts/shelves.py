"""Things on the library's shelves, and what a page says, for tests."""

import re
from html import unescape
from typing import Any, Protocol

from studio.accounts.models import Member
from studio.prompts import keeping
from studio.prompts.listtext import entries_of, needs_of
from studio.prompts.mentions import mentioned
from studio.prompts.models import Style, WordList


def word_list(member: Member, name: str, text: str, **fields: Any) -> WordList:
    """Make a list as its page does."""
    read = {"count": len(entries_of(text)), "size": len(text), "needs": needs_of(text)}
    return keeping.make(WordList, member, name=name, text=text, **read, **fields)


def style(member: Member, name: str, text: str, **fields: Any) -> Style:
    """Make a style as its page does."""
    return keeping.make(Style, member, name=name, text=text, needs=mentioned(text), **fields)


class Answer(Protocol):
    """What the test client answers with."""

    content: bytes


def said(response: Answer) -> str:
    """Return the words of a page, one space between them."""
    inside = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(inside).split())
