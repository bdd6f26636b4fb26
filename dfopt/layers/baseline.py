"""What has changed since an earlier run, and whether it keeps to a budget."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dfopt.frozen import frozen
from dfopt.layers.answers import Answers
from dfopt.layers.reports.json import VERSION
from dfopt.sizes import readable

_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_ADVICE = "write it with `dfopt layers --format json --output FILE`"
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*|%)", re.IGNORECASE)


class BaselineError(Exception):
    """A baseline that can't be used; the message says why, and what to do."""


@frozen()
class Limit:
    """An amount of bytes, or a share of what it is compared with."""

    bytes: int | None
    share: float | None
    written: str

    def of(self, whole: int) -> int:
        """The bytes that are allowed of a whole."""
        return self.bytes if self.bytes is not None else int(whole * (self.share or 0.0))


@frozen()
class Figures:
    """Bytes of an image, or of a fleet: all that is known of them, and what of it is waste."""

    bytes: int
    waste: int


@frozen()
class Figure:
    """An image by its name and platform, before and now; None where it is not in the fleet."""

    name: str
    platform: str
    before: Figures | None
    now: Figures | None


@frozen()
class Comparison:
    """A fleet before (None without a baseline) and now: stored bytes and waste, the images, and what is over budget."""

    before: Figures | None
    now: Figures
    images: tuple[Figure, ...]
    excesses: tuple[str, ...]

    @property
    def changed(self) -> tuple[Figure, ...]:
        """The images that are not as they were."""
        return tuple([each for each in self.images if each.before != each.now])


def parse_limit(text: str) -> Limit:
    """`5MB`, `300 KiB`, `1024` (bytes) or `2%`; raises ValueError."""
    match = _AMOUNT.fullmatch(text.strip())
    unit = match[2].lower() if match else ""
    if match is None or (unit and unit != "%" and unit not in _UNITS):
        raise ValueError(f"{text!r} is no amount such as 5MB, 300KiB or 2%")
    amount = float(match[1])
    if unit == "%":
        return Limit(None, amount / 100, text)
    return Limit(int(amount * _UNITS[unit or "b"]), None, text)


def compare(answers: Answers, baseline: Path | None, growth: Limit | None, waste: Limit | None) -> Comparison:
    """The fleet against an earlier JSON document, and against limits.

    `growth` limits by how much more the whole fleet stores than before, `waste` the waste of each image. A layer whose
    size was not known then and is now counts as if it had been known. Raises BaselineError.
    """
    document = _load(baseline) if baseline else None
    sizes = {layer.id: layer.bytes or 0 for image in answers.images for layer in image.layers}
    fleet_before, before = _before(baseline, document, sizes) if baseline and document else (None, {})
    now = {
        (image.name, image.platform): Figures(
            sum(layer.bytes or 0 for layer in image.layers), sum(each.bytes for each in image.waste)
        )
        for image in answers.images
    }
    images = tuple([Figure(*key, before.get(key), now.get(key)) for key in sorted({*before, *now})])
    fleet_now = Figures(answers.stored_bytes, sum(each.waste for each in now.values()))
    excesses = [*_growth(fleet_before, fleet_now, growth), *_waste(images, waste)]
    return Comparison(fleet_before, fleet_now, images if document else (), tuple(excesses))


def _growth(before: Figures | None, now: Figures, limit: Limit | None) -> Iterator[str]:
    if before is None or limit is None:
        return
    growth = now.bytes - before.bytes
    if growth > limit.of(before.bytes):
        yield f"the fleet stores {readable(growth)} more than the baseline; {limit.written} are allowed"


def _waste(images: tuple[Figure, ...], limit: Limit | None) -> Iterator[str]:
    for each in images if limit else ():
        if limit and each.now and each.now.waste > limit.of(each.now.bytes):
            share = f" ({each.now.waste / each.now.bytes:.1%})" if each.now.bytes else ""
            yield f"{each.name} has {readable(each.now.waste)}{share} of waste; {limit.written} are allowed"


def _load(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BaselineError(f"{path}: can't be read: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path}: is not JSON; {_ADVICE}") from error
    if not isinstance(document, dict) or not {"version", "summary", "layers", "images"} <= document.keys():
        raise BaselineError(f"{path}: is no report on layers; {_ADVICE}")
    if document["version"] != VERSION:
        raise BaselineError(f"{path}: has version {document['version']}, and this dfopt reads {VERSION}; {_ADVICE}")
    return document


def _before(
    path: Path, document: Mapping[str, Any], sizes: Mapping[str, int]
) -> tuple[Figures, dict[tuple[str, str], Figures]]:
    """The figures of an earlier report: those of the fleet, and of each image; `sizes` are those known now, by id."""
    try:
        learnt = [sizes.get(layer["id"], 0) if layer["bytes"] is None else 0 for layer in document["layers"]]
        summary = document["summary"]
        images = {
            (str(image["name"]), str(image["platform"])): Figures(
                int(image["bytes"]) + sum(learnt[number] for number in image["layers"]), int(image["waste_bytes"])
            )
            for image in document["images"]
        }
        return Figures(int(summary["stored_bytes"]) + sum(learnt), int(summary["waste_bytes"])), images
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BaselineError(f"{path}: is no report on layers: {type(error).__name__} {error}; {_ADVICE}") from error
