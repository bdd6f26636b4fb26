"""What containers answer, made comparable."""

from __future__ import annotations

import hashlib
import re

_VARYING = (
    (
        re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE),
        "<uuid>",
    ),
    (re.compile(r"\b(?:\w{3}, )?\d{1,2} \w{3} \d{4}(?= \d\d:)"), "<date>"),
    (re.compile(r"\b\w{3} \w{3} [ \d]\d(?= \d\d:)"), "<date>"),
    (re.compile(r"(?<!\d)\d{4}[-/]\d\d[-/]\d\d(?!\d)"), "<date>"),
    (re.compile(r"(?<!\d)\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|GMT|UTC|[+-]\d\d:?\d\d))?(?!\d)"), "<time>"),
    (re.compile(r"\b\d{10,}\b"), "<number>"),
    (re.compile(r"\b[0-9a-f]{12,}\b", re.IGNORECASE), "<hex>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|sec|seconds)\b"), "<duration>"),
)


def normalised(text: str) -> str:
    """A text whose dates, times, identifiers and durations, which differ from run to run, are replaced."""
    for pattern, kind in _VARYING:
        text = pattern.sub(kind, text)
    return text


def normalised_body(body: bytes) -> str:
    """A body as normalised text, or the length and digest of one that is no text."""
    try:
        return normalised(body.decode("utf-8"))
    except UnicodeDecodeError:
        return f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}"
