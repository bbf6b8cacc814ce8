"""The views of the floor."""

import os
import uuid
from pathlib import Path
from threading import local
from typing import Any, cast

import httpx
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tests.bench.plain.models import Picture

ASK = (
    "mutation Generate($input: GenerateInput!) { generate(input: $input)"
    " { id status type provider url metadata creditCost createdAt } }"
)
_mine = local()


def enter(request: HttpRequest) -> HttpResponse:
    """Sign in; there is one user."""
    user, _ = User.objects.get_or_create(username="somebody")
    login(request, cast(Any, user), "django.contrib.auth.backends.ModelBackend")
    return HttpResponse("in")


def constant(request: HttpRequest) -> HttpResponse:
    """Answer the same to everybody."""
    return HttpResponse("ok")


def generate(request: HttpRequest) -> HttpResponse:
    """Ask the provider, wait, keep the picture, show it."""
    assert isinstance(request.user, User)
    prompt = request.POST["prompt"]
    order = {
        "type": "IMAGE",
        "provider": "flux-krea",
        "input": {"text": prompt},
        "options": {"width": 1024, "height": 1024, "version": "flux-krea"},
    }
    http = _http()
    answer = http.post("/graphql", json={"query": ASK, "variables": {"input": order}}).raise_for_status()
    job = answer.json()["data"]["generate"]
    name = f"{uuid.uuid4()}.jpg"
    (Path(os.environ["PLAIN_DATA"]) / "pictures" / name).write_bytes(
        http.get(job["url"]).raise_for_status().content
    )
    picture = Picture.objects.create(user=request.user, prompt=prompt, file=name)
    return render(request, "picture.html", {"picture": picture})


def _http() -> httpx.Client:
    if not hasattr(_mine, "http"):
        headers = {"Authorization": f"Bearer {os.environ['PLAIN_KEY']}"}
        _mine.http = httpx.Client(
            base_url=os.environ["PLAIN_PROVIDER"], headers=headers, timeout=30, trust_env=False
        )
    http: httpx.Client = _mine.http
    return http
