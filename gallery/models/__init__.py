"""The rows of the gallery, a file for each of its topics. Each model touches its own row only."""

from gallery.models.card import Card, Tally, Word
from gallery.models.comment import Comment, Mention
from gallery.models.deed import Deed
from gallery.models.judging import Decision, Rating, Review, ReviewRule, Status
from gallery.models.ordering import Board, BoardImage, Favourite, ImageTag, SavedSearch, Tag

__all__ = [
    "Board",
    "BoardImage",
    "Card",
    "Comment",
    "Decision",
    "Deed",
    "Favourite",
    "ImageTag",
    "Mention",
    "Rating",
    "Review",
    "ReviewRule",
    "SavedSearch",
    "Status",
    "Tag",
    "Tally",
    "Word",
]
