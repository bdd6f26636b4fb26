"""Layers of built images that the same RUN made on the same layers, in builds of their own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from dfopt.layers.answers import Proposal, ProposalKind
from dfopt.layers.fleet import Image, Layer
from dfopt.layers.pricing import weakest
from dfopt.layers.proposals.texts import quoted

_RUN = ("RUN ", "/bin/sh -c ")


def built_apart(images: Iterable[Image]) -> Iterator[Proposal]:
    """A proposal for each RUN that was built several times on the same layers: build it once, as a common base.

    It claims all but the largest of the layers. The images' histories must tell what made them.
    """
    groups: dict[tuple[str, str], dict[str, Layer]] = defaultdict(dict)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for image in images:
        below = ""
        for layer in image.layers:
            key = (below, layer.instruction)
            if layer.place is None and layer.instruction.startswith(_RUN) and "#(nop)" not in layer.instruction:
                groups[key][layer.id] = layer
                names[key].add(image.name)
            below = layer.id
    for key, layers in groups.items():
        sizes = [layer.bytes for layer in layers.values() if layer.bytes is not None]
        if len(layers) > 1 and len(sizes) == len(layers) and sum(sizes) > max(sizes):
            yield Proposal(
                kind=ProposalKind.BASE,
                message=f"Build {quoted(key[1])} once, in a base for all of these images: each was built apart.",
                bytes=sum(sizes) - max(sizes),
                basis=weakest(layer.basis for layer in layers.values() if layer.basis),
                images=tuple(sorted(names[key])),
                places=(),
            )
