"""`python -m tests.bench.walking`: what each kind of gallery page costs in processor time, as JSON.

Runs in a process of its own, on the studio that STUDIO_DATA names, which was seeded before. The pages go
through all of the studio's middleware, signed in; they take turns, so that a busy minute meets all alike.
"""

import json
import os
import sys
import time
from collections.abc import Mapping

import django

ROUNDS = 7


def main() -> int:
    """Measure and print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.walls"
    django.setup()
    print(json.dumps(_measured(_cases())))
    return 0


def _cases() -> Mapping[str, str]:
    from gallery.models import Status
    from gallery.seedwords import COMMON, OLD, RARE, SECOND
    from studio.generation.models import Image

    ids = Image.objects.order_by("-pk").values_list("pk", flat=True)
    half = ids[Image.objects.count() // 2]
    image = Image.objects.get(pk=ids[200])
    search = "/gallery?q="
    return {
        "constant": "/floor/constant",
        "constant, signed in": "/floor/signed",
        "house's frame alone": "/floor/house",
        "raw keyset and f-strings": "/floor/raw",
        "frame and Django's template": "/floor/template",
        "first page": "/gallery",
        "a part, as one scrolls": f"/gallery?before={ids[50]}",
        "half depth": f"/gallery?before={half}",
        "filter: member": f"{search}by:me",
        "filter: status": f"{search}status:approved",
        "filter: tag": f'{search}tag:"tag+7"',
        "filter: rating": f"{search}rating:>=4",
        "two filters": f"{search}status:approved+rating:>=4",
        "rare word": search + RARE,
        "common word": search + COMMON,
        "two words": f"{search}{COMMON}+{SECOND}",
        "prefix": f"{search}{SECOND[:3]}*",
        "a word of old images": search + OLD,
        "no such word": f"{search}nowhereatall",
        "facets of everything": "/gallery/facets",
        "facets of a search": f"/gallery/facets?q={COMMON}",
        "an image, in a search": f"/images/{image.uuid}?q={COMMON}",
        "a step to it, in a search": f"/images/{image.uuid}?q={COMMON}",
        "a step to it, in a filter": f"/images/{image.uuid}?q=status:{Status.APPROVED}+rating:>=4",
        "a step to it, of everything": f"/images/{image.uuid}",
        "the rest of it": f"/images/{image.uuid}?q={COMMON}",
    }


def asked_as(name: str) -> dict[str, str]:
    """Return the headers that a case is asked with: those of htmx where a part of a page is asked for."""
    targets = {"a step": "main", "the rest": "details"}
    found = next((target for start, target in targets.items() if name.startswith(start)), "")
    if found:
        return {"HX-Request": "true", "HX-Target": found}
    return {"HX-Request": "true"} if name.startswith(("a part", "facets")) else {}


def _measured(cases: Mapping[str, str]) -> dict[str, list[float]]:
    from django.test import Client

    from studio.accounts.models import Member

    client = Client(headers={"HX-Request": ""})
    client.force_login(Member.objects.order_by("joined_at")[0])
    found: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(ROUNDS + 1):
        for name, address in cases.items():
            part = asked_as(name)
            start = time.process_time()
            answer = client.get(address, headers=part)
            took = (time.process_time() - start) * 1_000
            if answer.status_code not in {200, 204}:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            if turn:  # the first one warms up
                found[name].append(took)
    return found


if __name__ == "__main__":
    sys.exit(main())
