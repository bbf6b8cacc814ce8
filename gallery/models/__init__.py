"""The rows of the gallery, a file for each of its topics. Each model touches its own row only."""

from gallery.models.card import Card, Tally, Word
from gallery.models.comment import Comment, Mention
from gallery.models.deed import Deed
from gallery.models.gone import Gone
from gallery.models.guest import Guest, GuestComment, GuestItem, GuestLink, GuestMark, Naming, Source
from gallery.models.judging import Decision, Rating, Review, ReviewRule, Status
from gallery.models.manner import Manner
from gallery.models.ordering import Board, BoardImage, Favourite, ImageTag, SavedSearch, Tag
from gallery.models.taking import Taking

__all__ = [
    "Board",
    "BoardImage",
    "Card",
    "Comment",
    "Decision",
    "Deed",
    "Favourite",
    "Gone",
    "Guest",
    "GuestComment",
    "GuestItem",
    "GuestLink",
    "GuestMark",
    "ImageTag",
    "Manner",
    "Mention",
    "Naming",
    "Rating",
    "Review",
    "ReviewRule",
    "SavedSearch",
    "Source",
    "Status",
    "Tag",
    "Taking",
    "Tally",
    "Word",
]
