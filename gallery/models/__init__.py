"""The room's rows, by topic."""

from gallery.models.comment import Comment, Mention
from gallery.models.judging import Decision, Rating, Review, ReviewRule, Status

__all__ = ["Comment", "Decision", "Mention", "Rating", "Review", "ReviewRule", "Status"]
