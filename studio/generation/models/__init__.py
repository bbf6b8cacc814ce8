"""The rows of this room. Each model touches its own row only.

Experiment > Run > Job > Attempt, and an Image for each job that was done. Draft is what is still
being written, Batch a sheet of prompts, HistoryEntry what a run is found again by. The rest are
the pipeline's own books.
"""

from studio.generation.models.books import Governor, Heartbeat, Pause, Pulse, Request, Turn
from studio.generation.models.image import Draft, Image, Visibility, picture_token
from studio.generation.models.sheets import Batch, HistoryEntry
from studio.generation.models.standards import Scope, Standard, WordRule
from studio.generation.models.work import (
    LET_GO,
    Attempt,
    Experiment,
    Finding,
    Job,
    Lane,
    Purchase,
    Run,
    hook_token,
)

__all__ = [
    "LET_GO",
    "Attempt",
    "Batch",
    "Draft",
    "Experiment",
    "Finding",
    "Governor",
    "Heartbeat",
    "HistoryEntry",
    "Image",
    "Job",
    "Lane",
    "Pause",
    "Pulse",
    "Purchase",
    "Request",
    "Run",
    "Scope",
    "Standard",
    "Turn",
    "Visibility",
    "WordRule",
    "hook_token",
    "picture_token",
]
