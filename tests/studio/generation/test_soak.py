"""Hours of faults in a minute: nothing grows, and the books stay exact (LOAD-06)."""

import gc
import os
from pathlib import Path

import pytest
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits.check import check
from studio.generation import sweep
from studio.generation.models import Job
from studio.generation.states import State
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, give_credits, start

ROUNDS, EACH = 10, 6
WARM = 5  # rounds after which everything that is kept for good has been read
GROWTH = 1.10
# what needs no wire to be cut, stops no line and is not slow on purpose
FAULTS = [
    "http_400",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "accept_then_500",
    "accept_then_502",
    "html",
    "invalid_json",
    "empty_body",
    "json_list",
    "missing_fields",
    "wrong_types",
    "partial_data",
    "errors_in_200",
    "failed_job",
    "queued",
    "strange_status",
    "completed_without_url",
    "url_elsewhere",
    "surge_price",
    "sync",
    "image_truncated",
    "image_not_an_image",
    "image_html",
    "image_svg",
    "image_bomb",
    "image_wrong_size",
    "image_empty",
    "image_404",
    "image_503",
]
