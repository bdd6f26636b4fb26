"""The words and figures that all pictures share."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile

from dfopt.layers.answers import Answers
from dfopt.layers.fleet import Basis, Image, Layer
from dfopt.sizes import readable

_BASES = {
    Basis.MEASURED: "unpacked",
    Basis.COMPRESSED: "compressed",
    Basis.CATALOGUE: "from a catalogue",
    Basis.ESTIMATE: "estimated",
    None: "unknown",
}
VAGUE = (Basis.CATALOGUE, Basis.ESTIMATE)
_NAMES = 3
_IN_HISTORY = re.compile(r"(?:RUN )?(?:\|\d+ (?:\w+=\S* )*)?/bin/sh -c (?P<not_run>#\(nop\) +)?")


def printable(text: str) -> str:
    """A text on one line that can do nothing to a terminal, a browser or the direction of what stands beside it."""
    flat = " ".join(text.split())
    return flat if flat.isprintable() else "".join([each if each.isprintable() else "\ufffd" for each in flat])


def size_of(
    layers: Sequence[Layer], least: str = "at least ", about: str = "about ", unknown: str = "size unknown"
) -> str:
    """The bytes of layers, and how sure they are: `116 MB`, `about 116 MB`, `at least 116 MB`."""
    known = [layer for layer in layers if layer.bytes is not None]
    total = sum(layer.bytes or 0 for layer in known)
    amount = readable(total)
    if len(known) < len(layers):
        return least + amount if total else unknown
    return about + amount if any(layer.basis in VAGUE for layer in known) else amount


def title(answers: Answers) -> str:
    """The heading of a picture."""
    return f"Layers of {counted(len(answers.images), 'image')}"


def summary(answers: Answers) -> str:
    """One sentence with the totals."""
    layers = len({layer.id for image in answers.images for layer in image.layers})
    counts = f"{counted(len(answers.images), 'image')} of {counted(layers, 'layer')}"
    if not answers.sum_bytes:
        return f"{counts}; no size is known" if layers else counts
    stored, apart = readable(answers.stored_bytes), readable(answers.sum_bytes)
    return f"{counts}: {stored} stored, {apart} if each stood alone; sharing saves {percent(answers.ratio)}"


def basis_note(images: Iterable[Image]) -> str:
    """A sentence about how the sizes are known; empty where there are no layers."""
    bases = Counter({layer.id: layer.basis for image in images for layer in image.layers}.values())
    parts = [(bases[basis], word) for basis, word in _BASES.items() if bases[basis]]
    if not parts:
        return ""
    words = [f"{number:,} {word}" for number, word in parts] if len(parts) > 1 else [f"all {parts[0][1]}"]
    return f"Sizes of layers: {', '.join(words)}."


def titles(images: Sequence[Image]) -> list[str]:
    """What to call each image: its name, with its platform where there are several."""
    several = len({image.platform for image in images}) > 1
    return [printable(f"{image.name} ({image.platform})" if several else image.name) for image in images]


def shared_prefix(names: Sequence[str]) -> str:
    """What all of several names begin with, up to its last slash; a picture can do without it."""
    folders = zip(*(name.split("/")[:-1] for name in names), strict=False) if len(names) > 1 else ()
    return "".join(f"{folder}/" for folder, *_ in takewhile(lambda each: len(set(each)) == 1, folders))


def instruction(layer: Layer) -> str:
    """What made a layer, as a Dockerfile has it: in an image's history, builders write it in forms of their own."""
    words = printable(layer.instruction).removesuffix(" # buildkit") or "instruction unknown"
    built = _IN_HISTORY.match(words)
    if not built:
        return words
    return words[built.end() :] if built["not_run"] else f"RUN {words[built.end() :]}"


def together(names: Sequence[str]) -> str:
    """Several names as one: the first few, and how many more there are."""
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def instructions(layers: Sequence[Layer]) -> str:
    """What made several layers: the instruction of the largest, and how many more there are."""
    largest = max(layers, key=lambda layer: layer.bytes or 0)
    more = len(layers) - 1
    return instruction(largest) + (f" and {counted(more, 'layer')} more" if more else "")


def counted(number: int, noun: str) -> str:
    """`1 image`, `2,000 images`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(share: float) -> str:
    """`54 %`; `0.4 %` where it is little."""
    return f"{share:.0%}".replace("%", " %") if share >= 0.0995 or not share else f"{share:.1%}".replace("%", " %")


def shortened(text: str, room: int, keep_end: bool = False) -> str:
    """A text in at most `room` columns of a fixed-width font; what is cut away is where `…` stands."""
    from rich.cells import cell_len

    if cell_len(text) <= room:
        return text
    kept = text[-room:] if keep_end else text[:room]
    while kept and cell_len(kept) >= room:
        kept = kept[1:] if keep_end else kept[:-1]
    return f"…{kept}" if keep_end else f"{kept.rstrip()}…"
