"""The documentation's four samples, as written there but for host and key (S12)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.studio.sandbox.process import Running

KEY = "sbx_enterprise"
CONTENT = "Content-Type: application/json"
GENERATE = (
    "mutation Generate($input: GenerateInput!) { generate(input: $input) "
    "{ id status type provider url metadata creditCost createdAt } }"
)
INPUT = {
    "type": "IMAGE",
    "provider": "flux-krea",
    "input": {"text": "A beautiful landscape with mountains and a lake"},
    "options": {"width": 1024, "height": 1024},
}

PYTHON = """
import json, urllib.request

url = "HOST/graphql"
headers = {"Authorization": "Bearer KEY", "Content-Type": "application/json"}
query = '''
mutation Generate($input: GenerateInput!) {
  generate(input: $input) { id status url creditCost }
}
'''
variables = {
    "input": {
        "type": "IMAGE",
        "provider": "flux-krea",
        "input": {"text": "A beautiful landscape with mountains and a lake"},
        "options": {"width": 1024, "height": 1024},
    }
}
body = json.dumps({"query": query, "variables": variables}).encode()
with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
    data = json.loads(response.read())
print(json.dumps(data["data"]["generate"]))
"""

JAVASCRIPT = """
const response = await fetch("HOST/graphql", {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: "Bearer KEY" },
  body: JSON.stringify({
    query: `
      mutation GenerateImage($input: ImageGenerationInput!) {
        generateImage(input: $input) { id url width height }
      }
    `,
    variables: {
      input: {
        service: "flux-krea",
        prompt: "A beautiful landscape with mountains and a lake",
        width: 1024,
        height: 1024,
      },
    },
  }),
});
const data = await response.json();
console.log(JSON.stringify(data.data.generateImage));
"""


def printed(command: list[str]) -> str:
    around = {**os.environ, "no_proxy": "*"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=around)
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled(sample: str, real: Running) -> str:
    return sample.replace("HOST", real.url).replace("KEY", KEY)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
@pytest.mark.parametrize("form", ["graphql", "rest"])
def test_the_curl_sample(real: Running, form: str) -> None:
    samples: dict[str, tuple[str, str, object]] = {
        "graphql": (
            "/graphql",
            f"Authorization: Bearer {KEY}",
            {"query": GENERATE, "variables": {"input": INPUT}},
        ),
        "rest": (
            "/v1/text_to_image",
            f"X-API-Key: {KEY}",
            {"service": "flux-krea", "prompt": "A beautiful landscape", "width": 1024, "height": 1024},
        ),
    }
    path, header, body = samples[form]
    out = printed(
        ["curl", "-sS", "-X", "POST", real.url + path, "-H", header, "-H", CONTENT, "-d", json.dumps(body)]
    )
    (said,) = json.loads(out)["data"].values()
    assert (said["status"], said["url"]) == ("processing", None)


def test_the_python_sample(real: Running) -> None:
    said = json.loads(printed([sys.executable, "-c", filled(PYTHON, real)]))
    assert set(said) == {"id", "status", "url", "creditCost"}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
def test_the_javascript_sample(real: Running) -> None:
    said = json.loads(printed(["node", "--input-type=module", "-e", filled(JAVASCRIPT, real)]))
    assert (said["width"], said["height"]) == (1024, 1024)
    assert said["id"]


def test_the_graphql_sample_with_every_option(real: Running) -> None:
    given = {**INPUT, "options": {"width": 1024, "height": 1024, "version": "flux-krea", "quality": "high"}}
    answer = real.http.post(
        "/graphql",
        json={"query": GENERATE, "variables": {"input": given}},
        headers={"Authorization": f"Bearer {KEY}"},
    )
    said = answer.json()["data"]["generate"]
    assert set(said) == {"id", "status", "type", "provider", "url", "metadata", "creditCost", "createdAt"}
