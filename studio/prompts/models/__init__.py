"""The rows of the team's library: word lists, styles, saved prompts with versions and labels, chips."""

from studio.prompts.models.chip import Category, Chip
from studio.prompts.models.kept import PRESENT, Kept
from studio.prompts.models.saved import LabelGuard, PromptLabel, PromptVersion, SavedPrompt
from studio.prompts.models.style import Style
from studio.prompts.models.upload import Upload
from studio.prompts.models.wordlist import WordList

__all__ = [
    "PRESENT",
    "Category",
    "Chip",
    "Kept",
    "LabelGuard",
    "PromptLabel",
    "PromptVersion",
    "SavedPrompt",
    "Style",
    "Upload",
    "WordList",
]
