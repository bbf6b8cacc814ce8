"""Words that no prompt may have, and words that each has to have, looked for in what is really sent (E11).

Whole words are compared, without capitals and accents; a star at the end stands for any ending. Reads and
writes the rules' own rows, and the audit trail.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from studio import prepared
from studio.accounts.models import Event, Member, Verb
from studio.generation.folding import words_of
from studio.generation.models import WordRule

MOST_RULES = 200
SHOWN = 60  # characters of a prompt in a refusal


class NoRule(ValueError):
    """What was typed makes no rule; the text is a sentence for the person."""


def refusal(prompts: Iterable[str]) -> str:
    """Return which rule the first of the prompts breaks that breaks one; "" for none. One query."""
    rules = _ALL()
    if not rules:
        return ""
    for prompt in dict.fromkeys(prompts):
        said = f" {' '.join(words_of(prompt))} "
        for rule in rules:
            if (sought(rule.folded) in said) == (rule.kind == WordRule.Kind.BLOCKED):
                return _sentence(rule, prompt)
    return ""


_ALL = prepared.Rows(lambda: WordRule.objects.order_by("kind", "folded"))


def folded(text: str) -> str:
    """Return a rule's words as they are compared; "" where there are none."""
    words = " ".join(words_of(text))
    return f"{words}*" if words and text.rstrip().endswith("*") else words


def sought(words: str) -> str:
    """Return what is looked for in a prompt's words, which stand between blanks."""
    return f" {words[:-1]}" if words.endswith("*") else f" {words} "


@transaction.atomic
def add(kind: WordRule.Kind, text: str, note: str, actor: Member) -> WordRule:
    """Make a rule. Raises NoRule for one that has no word, is there already, or is one too many."""
    words = folded(text)
    if not words:
        raise NoRule("Write a word or a phrase.")
    if WordRule.objects.count() >= MOST_RULES:
        raise NoRule(f"There are {MOST_RULES} rules already. Take one away first.")
    try:
        with transaction.atomic():
            made = WordRule.objects.create(kind=kind, text=text, folded=words, note=note, by=actor)
    except IntegrityError:
        raise NoRule(f"“{text}” is {kind} already.") from None
    Event.note(Verb.WORD_RULED, who=actor, subject=made.pk, kind=kind.value, text=text)
    return made


@transaction.atomic
def take_away(rule: WordRule, actor: Member) -> bool:
    """Take a rule away; False where it was."""
    if not WordRule.objects.filter(pk=rule.pk).delete()[0]:
        return False
    Event.note(Verb.WORD_FREED, who=actor, subject=rule.pk, kind=rule.kind, text=rule.text)
    return True


def _sentence(rule: WordRule, prompt: str) -> str:
    why = f" {rule.note.rstrip('.')}." if rule.note else ""
    if rule.kind == WordRule.Kind.BLOCKED:
        start = f"The team blocked “{rule.text}”, and “{_short(prompt)}” has it.{why}"
        return f"{start} Take it out."
    return f"The team wants “{rule.text}” in every prompt, and “{_short(prompt)}” lacks it.{why}"


def _short(prompt: str) -> str:
    return prompt if len(prompt) <= SHOWN else f"{prompt[: SHOWN - 1].rstrip()}…"
