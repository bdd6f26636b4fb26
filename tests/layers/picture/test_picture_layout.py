"""Where boxes stand, and how large they are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.layers.fleet import Basis, Fleet, Image, Layer, Waste, WasteKind
from dfopt.layers.picture.geometry import fitted
from dfopt.layers.picture.layout import Band, arrange
from dfopt.layers.sharing import answer


def image(name: str, chain: list[tuple[int, int | None]]) -> Image:
    """Layers whose ids say what is below them, as digests do."""
    digest, layers = "", []
    for part, size in chain:
        digest += f"/{part}"
        layers.append(Layer(digest, f"RUN {part}", size, None if size is None else Basis.MEASURED))
    return Image(name, "linux/amd64", tuple(layers))


SIZES = {0: None, 1: 0, 2: 70, 3: 2_000_000, 4: 900_000_000}
CHAINS = st.lists(st.sampled_from([*SIZES.items()]), max_size=8)
FLEETS = st.lists(CHAINS, max_size=30).map(
    lambda chains: Fleet(tuple(image(f"image-{number}", chain) for number, chain in enumerate(chains)))
)


@given(FLEETS)
def test_a_box_spans_what_stands_on_it(fleet):
    boxes = arrange(answer(fleet))
    for index, box in enumerate(boxes):
        above = [other for other in boxes if other.parent == index]
        assert box.is_leaf == (not above)
        assert box.end - box.first == (sum(other.end - other.first for other in above) or 1)
        assert all(left.end == right.first for left, right in pairwise(above))
        assert not above or above[0].first == box.first
        assert box.parent < index
        assert box.depth == (boxes[box.parent].depth + 1 if box.parent >= 0 else 0)


@given(FLEETS)
def test_each_image_ends_in_the_box_of_its_uppermost_layer(fleet):
    answers = answer(fleet)
    boxes = arrange(answers)
    ends = {number: box for box in boxes for number in box.images}
    for number, each in enumerate(answers.images):
        assert (number in ends) == bool(each.layers)
        if each.layers:
            assert ends[number].layer.id == each.layers[-1].id
    assert all(box.images for box in boxes if box.is_leaf)


@given(FLEETS)
def test_the_order_of_images_changes_nothing(fleet):
    assert arrange(answer(fleet)) == arrange(answer(Fleet(fleet.images[::-1])))


@given(FLEETS, st.sampled_from([20, 300, 4000]))
def test_all_columns_are_drawn_as_high_as_the_picture(fleet, width):
    boxes = arrange(answer(fleet))
    drawing = fitted(boxes, width, 400)
    leaves = {box.first for box in boxes if box.is_leaf}
    drawn = {column for shape in drawing.shapes for column in range(shape.box.first, shape.box.end)}
    drawn |= {column for crowd in drawing.crowds for column in range(crowd.first, crowd.end)}
    assert drawn == leaves
    tops = [shape.top for shape in drawing.shapes] + [top for crowd in drawing.crowds for top in crowd.tops]
    if any(box.layer.bytes for box in boxes):
        assert max(tops) == pytest.approx(400, rel=0.02)
    assert all(shape.top > shape.bottom for shape in drawing.shapes)
    assert sum(crowd.images for crowd in drawing.crowds) <= len(fleet.images)


def test_what_most_images_stand_on_is_at_the_left(answers):
    boxes = arrange(answers("article"))
    assert [box.layer.id.removeprefix("sha256:") for box in boxes] == "deb base maria tidy web site php84".split()
    assert [box.uses for box in boxes] == [5, 3, 1, 1, 1, 1, 1]


def test_heights_follow_bytes(answers):
    drawing = fitted(arrange(answers("article")), 600, 400)
    heights = {shape.box.layer.id: shape.top - shape.bottom for shape in drawing.shapes}
    assert heights["sha256:maria"] / heights["sha256:web"] == pytest.approx(298 / 92)
    assert heights["sha256:deb"] == pytest.approx(116_500_000 * drawing.byte)


def test_waste_is_marked_where_the_images_that_have_it_stand():
    base = Layer("base", "FROM x", 100, Basis.MEASURED)
    waste = (Waste("a", 30, WasteKind.DELETED, 0), Waste("b", 12, WasteKind.OVERWRITTEN, 0))

    def on_base(name: str, wasted: tuple[Waste, ...]) -> Image:
        return Image(name, "linux/amd64", (base, Layer(name, f"COPY {name} /", 9, Basis.MEASURED)), wasted)

    fleet = Fleet((on_base("a", waste), on_base("b", waste), on_base("c", ()), on_base("d", waste[:1])))
    assert arrange(answer(fleet))[0].bands == (Band(0, 2, 42), Band(3, 4, 30))


def test_a_chain_longer_than_the_stack_of_python_is_drawn():
    fleet = Fleet((image("deep", [(number, 1000) for number in range(3000)]),))
    assert len(fitted(arrange(answer(fleet)), 600, 400).shapes) == 3000
