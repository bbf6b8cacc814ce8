"""A Gradio page that asks the provider and returns the picture's path. Runs in Gradio's own environment."""

import os
import tempfile
import uuid
from pathlib import Path

import gradio  # type: ignore[import-not-found, unused-ignore]
import httpx

ASK = "mutation Generate($input: GenerateInput!) { generate(input: $input) { id status url creditCost } }"
FOLDER = Path(tempfile.mkdtemp(prefix="gradio-bench-"))
http = httpx.Client(
    base_url=os.environ["PLAIN_PROVIDER"],
    headers={"Authorization": f"Bearer {os.environ['PLAIN_KEY']}"},
    timeout=30,
    trust_env=False,
)


def picture(prompt: str) -> str:
    """Return the path of a picture of the prompt."""
    order = {
        "type": "IMAGE",
        "provider": "flux-krea",
        "input": {"text": prompt},
        "options": {"width": 1024, "height": 1024},
    }
    answer = http.post("/graphql", json={"query": ASK, "variables": {"input": order}}).raise_for_status()
    path = FOLDER / f"{uuid.uuid4()}.jpg"
    path.write_bytes(http.get(answer.json()["data"]["generate"]["url"]).raise_for_status().content)
    return str(path)


page = gradio.Interface(picture, gradio.Textbox(), gradio.Image(type="filepath"), api_name="picture")
page.queue(default_concurrency_limit=10)
page.launch(
    server_name="127.0.0.1",
    server_port=int(os.environ["GRADIO_PORT"]),
    allowed_paths=[str(FOLDER)],
    quiet=True,
)
