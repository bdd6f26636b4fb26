"""The picture as one SVG file: the base below, the images above, heights in bytes, waste marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from dfopt.layers.answers import Answers
from dfopt.layers.picture import labels
from dfopt.layers.picture.elements import element, line, number, rectangle, text, upright
from dfopt.layers.picture.geometry import Crowd, Drawing, Shape, fitted
from dfopt.layers.picture.layout import Band, Box
from dfopt.sizes import readable

_SIDE, _HEAD, _FOOT = 52.0, 84.0, 84.0
_LEAST_WIDTH, _MOST_WIDTH, _COLUMN = 640, 1200, 172
_HEIGHT = 400
_LINE, _PADDING = 17, 8
_CHARACTER, _PLAIN_CHARACTER = 7.25, 6.6  # how wide one is in the picture's fonts
_FLAT, _UPRIGHT = 132, 14  # how wide a column must be to have its name above it so
_FLAT_ROOM, _UPRIGHT_ROOM = 44, 170
_FLAT_GAP, _SMALL_GAP = 6, 1.5
_LISTED = 20  # images that the description names
_LEAST_CAPTION = 8  # characters
_LEAST_WASTE = 0.5
_MOST_SCALE = 120
_LEGEND = {
    "shared": "in several images, stored once",
    "own": "in one image",
    "wasted": "waste",
    "unknown": "size unknown",
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A drawing and where it stands: `ground` is the y of the lowest edge; `prefix` is left out of names."""

    answers: Answers
    names: Sequence[str]
    prefix: str
    drawing: Drawing
    width: float
    ground: float

    def x(self, column: float) -> float:
        return _SIDE + column * self.drawing.column

    def y(self, units: float) -> float:
        return self.ground - units

    @property
    def gap(self) -> float:
        return _FLAT_GAP if self.drawing.column >= _FLAT else _SMALL_GAP

    def named(self, box: Box) -> str:
        """The images that end in a box, without what the names of all images begin with."""
        return labels.together([self.names[each].removeprefix(self.prefix) for each in box.images])


def draw(answers: Answers, boxes: Sequence[Box]) -> str:
    """The file's text, the same for the same fleet; `boxes` are those of `layout.arrange`."""
    root = _root(sheet := _sheet(answers, boxes))
    root.extend(
        (
            text(_SIDE, 40, labels.title(answers), "title"),
            text(_SIDE, 62, labels.summary(answers), "plain"),
            *(_box(shape, sheet) for shape in sheet.drawing.shapes),
            *(_crowd(crowd, sheet) for crowd in sheet.drawing.crowds),
            line(_SIDE, sheet.ground, sheet.width - _SIDE, sheet.ground, "ground"),
            *_scale(sheet),
            *_legend(sheet),
        )
    )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _sheet(answers: Answers, boxes: Sequence[Box]) -> _Sheet:
    width = min(_MOST_WIDTH, max(_LEAST_WIDTH, _COLUMN * max((box.end for box in boxes), default=1)))
    drawing = fitted(boxes, width, _HEIGHT)
    room = _UPRIGHT_ROOM if _UPRIGHT <= drawing.column < _FLAT else _FLAT_ROOM
    tops = [shape.top for shape in drawing.shapes] + [top for crowd in drawing.crowds for top in crowd.tops]
    ground = _HEAD + room + max(tops, default=0.0)
    names = labels.titles(answers.images)
    return _Sheet(answers, names, labels.shared_prefix(names), drawing, width + 2 * _SIDE, ground)


def _root(sheet: _Sheet) -> Element:
    height = sheet.ground + _FOOT
    root = element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        width=sheet.width,
        height=height,
        role="img",
        aria_labelledby="dfopt-title dfopt-description",
        class_="dfopt-layers",
    )
    root.set("viewBox", f"0 0 {number(sheet.width)} {number(height)}")
    root.extend(
        (
            element("title", labels.title(sheet.answers), id="dfopt-title"),
            element("desc", _description(sheet), id="dfopt-description"),
            element("style", files(__package__).joinpath("svg.css").read_text("utf-8")),
            _stripes(),
            rectangle(0, 0, sheet.width, height, "paper"),
        )
    )
    return root


def _stripes() -> Element:
    """What waste is filled with."""
    pattern = element("pattern", id="dfopt-waste", width=6, height=6)
    pattern.set("patternUnits", "userSpaceOnUse")
    pattern.set("patternTransform", "rotate(45)")
    pattern.extend((rectangle(0, 0, 6, 6, "waste"), line(0, 0, 0, 6, "stripe")))
    definitions = element("defs")
    definitions.append(pattern)
    return definitions


def _description(sheet: _Sheet) -> str:
    listed = [
        f"{name} ({labels.size_of(image.layers)})"
        for name, image in zip(sheet.names[:_LISTED], sheet.answers.images, strict=False)
    ]
    more = len(sheet.names) - len(listed)
    images = "; ".join(listed) + (f"; and {more:,} more" if more > 0 else "")
    return f"{labels.summary(sheet.answers)}. Each layer stands on what it was built on. Images: {images}."


def _box(shape: Shape, sheet: _Sheet) -> Element:
    box = shape.box
    x, y = sheet.x(box.first), sheet.y(shape.top)
    width, height = sheet.x(box.end) - x - sheet.gap, max(1.0, shape.top - shape.bottom - 1)
    waste = [_waste(sheet, y, height, band) for band in box.bands]
    free = height - max((float(mark.get("height", 0)) for mark in waste), default=0.0)
    group = element("g")
    group.append(element("title", "\n".join(_facts(box, sheet))))
    group.append(rectangle(x, y, width, height, _kind(box)))
    group.extend(waste)
    if free < _LINE <= height and box.images and not box.is_leaf:
        group.extend(_plate(box, sheet, x + _PADDING, y + height / 2, width - 2 * _PADDING))
    else:
        group.extend(_captions(box, sheet, x + _PADDING, y + height - free, width - 2 * _PADDING, free))
    group.extend(_name(box, sheet, x, y) if box.is_leaf and box.images else ())
    return group


def _kind(box: Box) -> str:
    return "unknown" if box.layer.bytes is None else "shared" if box.uses > 1 else "own"


def _waste(sheet: _Sheet, y: float, height: float, band: Band) -> Element:
    x = sheet.x(band.first)
    high = min(height, max(2.0, band.bytes * sheet.drawing.byte))
    return rectangle(x, y, sheet.x(band.end) - x - sheet.gap, high, "wasted")


def _facts(box: Box, sheet: _Sheet) -> Iterator[str]:
    """What is known of a layer, a line each."""
    if box.images:
        yield labels.together([sheet.names[each] for each in box.images])
    yield labels.instruction(box.layer)
    yield f"{_size(box)}, in {labels.counted(box.uses, 'image')}"
    for band in box.bands:
        yield f"{readable(band.bytes)} wasted in {labels.counted(band.end - band.first, 'image')}"
    if box.layer.place:
        yield f"{labels.printable(box.layer.place.path)}:{box.layer.place.line}"


def _size(box: Box) -> str:
    return labels.size_of([box.layer])


def _captions(box: Box, sheet: _Sheet, x: float, y: float, width: float, height: float) -> Iterator[Element]:
    """As many lines as there is room for: images that end in the middle of a column, instruction, size."""
    lines, room = int((height + 2) // _LINE), int(width // _CHARACTER)
    if lines < 1 or room < _LEAST_CAPTION:
        return
    captions = [(labels.instruction(box.layer), "")]
    if box.images and not box.is_leaf:
        captions.insert(0, (sheet.named(box), "name"))
    size = _size(box)
    baseline = y + (height / 2 + 4 if lines == 1 else 14)
    if lines > 1 and room >= len(size):
        captions[lines - 1 :] = [(_size_and_uses(box, room), "")]
    elif room > len(size) + _LEAST_CAPTION:
        yield text(x + width, baseline, size, "end")
        room -= len(size) + 2
    for row, (words, kind) in enumerate(captions[:lines]):
        yield text(x, baseline + row * _LINE, labels.shortened(words, room, keep_end=kind == "name"), kind)


def _plate(box: Box, sheet: _Sheet, x: float, middle: float, width: float) -> Iterator[Element]:
    """The images that end in a box, on waste that leaves no room beside it."""
    name = labels.shortened(sheet.named(box), int(width // _CHARACTER), keep_end=True)
    yield rectangle(x - 4, middle - 8, min(width, len(name) * _CHARACTER) + 8, 16, _kind(box))
    yield text(x, middle + 4, name, "name")


def _size_and_uses(box: Box, room: int) -> str:
    size = _size(box)
    longer = f"{size}, stored once for {box.uses:,} images"
    return longer if box.uses > 1 and len(longer) <= room else size


def _name(box: Box, sheet: _Sheet, x: float, y: float) -> Iterator[Element]:
    """Above a column: the images that end there, and their size."""
    if sheet.drawing.column >= _FLAT:
        room = int(sheet.drawing.column // _CHARACTER) - 1
        yield text(x, y - 24, labels.shortened(sheet.named(box), room, keep_end=True), "name")
        yield text(x, y - 8, labels.size_of(sheet.answers.images[box.images[0]].layers), "faint")
    elif sheet.drawing.column >= _UPRIGHT:
        room = int((y - 6 - _HEAD) // _CHARACTER)
        middle = x + (sheet.drawing.column - sheet.gap) / 2 + 4
        yield upright(middle, y - 6, labels.shortened(sheet.named(box), room, keep_end=True))


def _crowd(crowd: Crowd, sheet: _Sheet) -> Element:
    """An outline; columns that fall on one unit are drawn as the highest of them."""
    highest = dict[int, tuple[float, float]]()
    for column, figures in enumerate(zip(crowd.tops, crowd.wastes, strict=True), crowd.first):
        place = int(sheet.x(column))
        highest[place] = max(highest.get(place, (0.0, 0.0)), figures)
    ends = [*list(highest)[1:], int(sheet.x(crowd.end))]
    bottom = number(sheet.y(crowd.bottom))
    steps = "".join(f"V{number(sheet.y(top))}H{end}" for (top, _), end in zip(highest.values(), ends, strict=True))
    marks = "".join(
        f"M{place} {number(sheet.y(top))}H{end}v{number(waste)}H{place}z"
        for (place, (top, waste)), end in zip(highest.items(), ends, strict=True)
        if waste >= _LEAST_WASTE
    )
    group = element("g")
    words = labels.counted(crowd.images, "image")
    group.append(element("title", words))
    group.append(element("path", d=f"M{int(sheet.x(crowd.first))} {bottom}{steps}V{bottom}z", class_="own"))
    if marks:
        group.append(element("path", d=marks, class_="wasted"))
    if (crowd.end - crowd.first) * sheet.drawing.column > len(words) * _CHARACTER:
        under = max(
            top for place, (top, _) in highest.items() if place < sheet.x(crowd.first) + len(words) * _CHARACTER
        )
        group.append(text(sheet.x(crowd.first), sheet.y(under) - 8, words, "faint"))
    return group


def _scale(sheet: _Sheet) -> Iterator[Element]:
    """A rule at the left that is as high as a round number of bytes."""
    if not sheet.drawing.byte:
        return
    most = _MOST_SCALE / sheet.drawing.byte
    size = max(step * 10**power for step in (1, 2, 5) for power in range(16) if step * 10**power <= max(most, 1))
    top = sheet.y(size * sheet.drawing.byte)
    yield line(_SIDE - 14, sheet.ground, _SIDE - 14, top, "ground")
    for y in (sheet.ground, top):
        yield line(_SIDE - 18, y, _SIDE - 10, y, "ground")
    amount, unit = readable(size).split()
    yield upright(_SIDE - 22, sheet.ground, f"{float(amount):g} {unit}", "faint")


def _legend(sheet: _Sheet) -> Iterator[Element]:
    x, y = _SIDE, sheet.ground + 32
    boxes = [shape.box for shape in sheet.drawing.shapes]
    kinds = {_kind(box) for box in boxes} | ({"own"} if sheet.drawing.crowds else set())
    if any(box.bands for box in boxes) or any(any(crowd.wastes) for crowd in sheet.drawing.crowds):
        kinds.add("wasted")
    for kind, words in _LEGEND.items():
        if kind in kinds:
            yield rectangle(x, y - 11, 14, 14, kind)
            yield text(x + 21, y, words, "plain")
            x += 21 + len(words) * _PLAIN_CHARACTER + 24
    notes = [labels.basis_note(sheet.answers.images), f"Names are without {sheet.prefix}" if sheet.prefix else ""]
    yield text(_SIDE, y + 26, " ".join(note for note in notes if note), "plain")
