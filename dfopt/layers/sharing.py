"""What the images of a fleet share: the tree of their layers, and the bytes that it saves."""

from collections import Counter
from collections.abc import Iterable, Mapping

from dfopt.layers.answers import Answers, Node, Proposal
from dfopt.layers.fleet import Fleet, Image, Layer


def answer(fleet: Fleet, proposals: Iterable[Proposal] = ()) -> Answers:
    """What is told of a fleet; the order of its images does not matter."""
    images = tuple(sorted(fleet.images, key=_rank))
    stored = {layer.id: layer for image in images for layer in image.layers}
    sum_bytes = sum(layer.bytes or 0 for image in images for layer in image.layers)
    stored_bytes = sum(layer.bytes or 0 for layer in stored.values())
    return Answers(
        images=images,
        tree=tree(images),
        sum_bytes=sum_bytes,
        stored_bytes=stored_bytes,
        ratio=1 - stored_bytes / sum_bytes if sum_bytes else 0.0,
        unsized=sum(layer.bytes is None for layer in stored.values()),
        proposals=tuple(sorted(proposals, key=_worth)),
        problems=tuple(sorted(fleet.problems, key=lambda each: (each.subject, each.message))),
    )


def users(images: Iterable[Image]) -> Mapping[str, int]:
    """By a layer's id, the number of images that have it."""
    return Counter([id_ for image in images for id_ in {layer.id for layer in image.layers}])


def tree(images: Iterable[Image]) -> tuple[Node, ...]:
    """The prefix tree of the images' layers: images that begin with the same layers have these nodes together."""
    root = _Branch()
    for image in images:
        branch = root
        for layer in image.layers:
            branch = branch.children.setdefault(layer.id, _Branch(layer))
            branch.images.append(image.name)
    return _nodes(root)


class _Branch:
    """A node that is still growing; the root has no layer."""

    __slots__ = ("children", "images", "layer")

    def __init__(self, layer: Layer | None = None) -> None:
        self.layer = layer
        self.images: list[str] = []
        self.children: dict[str, _Branch] = {}


def _nodes(root: _Branch) -> tuple[Node, ...]:
    """The children of a branch as nodes; images can have more layers than Python has frames."""
    order = [root]
    for branch in order:
        order += branch.children.values()
    made: dict[int, Node] = {}
    for branch in reversed(order):
        children = [made.pop(id(child)) for child in branch.children.values()]
        below = tuple(sorted(children, key=lambda node: (-(node.layer.bytes or 0), node.layer.id)))
        if branch.layer is None:
            return below
        made[id(branch)] = Node(branch.layer, tuple(branch.images), below)
    return ()


def _rank(image: Image) -> tuple[object, ...]:
    return (image.name, image.platform, [layer.id for layer in image.layers])


def _worth(proposal: Proposal) -> tuple[object, ...]:
    return (-(proposal.bytes or 0), proposal.kind, proposal.images, proposal.message)
