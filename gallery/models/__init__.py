"""The rows of the gallery, a file for each of its topics. Each model touches its own row only."""

from gallery.models.card import Card, Tally, Word
from gallery.models.comment import Comment, Mention
from gallery.models.judging import Decision, Rating, Review, ReviewRule, Status

__all__ = [
    "Card",
    "Comment",
    "Decision",
    "Mention",
    "Rating",
    "Review",
    "ReviewRule",
    "Status",
    "Tally",
    "Word",
]
