"""The package `dynamicprompts`, which the syntax comes from, as the oracle of what a template stands for.

Only its warnings about its own dependencies are silenced: what it calls has been renamed since.
"""

import re
import warnings
from collections.abc import Mapping, Sequence
from itertools import islice

from dynamicprompts.enums import SamplingMethod
from dynamicprompts.sampling_context import SamplingContext
from dynamicprompts.wildcards import WildcardManager

AROUND_COMMAS = re.compile(r"\s*,\s*")


def says(template: str, lists: Mapping[str, Sequence[str]], most: int) -> set[str]:
    """Return the prompts of a template by the oracle's combinatorial generator, tidied."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        manager = WildcardManager(root_map={"": [{name: list(entries) for name, entries in lists.items()}]})
        context = SamplingContext(
            default_sampling_method=SamplingMethod.COMBINATORIAL, wildcard_manager=manager
        )
        return {tidy(str(said)) for said in islice(context.sample_prompts(template), most)}


def tidy(prompt: str) -> str:
    """Return a prompt without what the two write differently: spaces, above all after a comma."""
    return " ".join(AROUND_COMMAS.sub(", ", prompt).split())
