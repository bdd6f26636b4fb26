import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.knowledge.references import Reference, parse_reference

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("node", Reference("docker.io", "library/node")),
        ("node:20-slim", Reference("docker.io", "library/node", "20-slim")),
        ("bitnami/redis:7", Reference("docker.io", "bitnami/redis", "7")),
        ("docker.io/library/node", Reference("docker.io", "library/node")),
        ("index.docker.io/node", Reference("docker.io", "library/node")),
        ("localhost/a:1", Reference("localhost", "a", "1")),
        ("localhost:5000/a/b:1", Reference("localhost:5000", "a/b", "1")),
        ("gcr.io/distroless/cc-debian12:nonroot", Reference("gcr.io", "distroless/cc-debian12", "nonroot")),
        (f"node:20@{DIGEST}", Reference("docker.io", "library/node", "20", DIGEST)),
        (f"node@{DIGEST}", Reference("docker.io", "library/node", None, DIGEST)),
    ],
)
def test_a_reference_is_taken_apart(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "node:", ":20", "Node", "node:$TAG", "${BASE}", "a b", "node@sha256:0", "node@", "-a", "a//b", "node:-x"],
)
def test_what_is_no_reference_gives_none(text: str) -> None:
    assert parse_reference(text) is None


@given(st.text())
def test_any_text_is_read_without_error(text: str) -> None:
    parsed = parse_reference(text)
    assert parsed is None or parse_reference(str(parsed)) == parsed


@given(st.from_regex(r"[a-z0-9./:@_$A-Z-]{1,40}", fullmatch=True))
def test_what_is_read_writes_itself(text: str) -> None:
    parsed = parse_reference(text)
    assert parsed is None or parse_reference(str(parsed)) == parsed
