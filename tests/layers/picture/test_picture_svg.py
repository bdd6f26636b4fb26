"""The SVG: valid whatever the names are, and true to the fleet."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.layers.fleet import Basis, Fleet, Image, Layer, Waste, WasteKind
from dfopt.layers.picture.layout import arrange
from dfopt.layers.picture.svg import draw
from dfopt.layers.sharing import answer

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(answers):
    return draw(answers, arrange(answers))


def parsed(answers):
    return ElementTree.fromstring(drawn(answers))


def texts(root):
    return [each.text for each in root.iter(f"{NAMESPACE}text")]


def test_the_article_stands_base_below_and_images_above(answers):
    root = parsed(answers("article"))
    groups = {group.find(f"{NAMESPACE}title").text.partition("\n")[0]: group for group in root.iter(f"{NAMESPACE}g")}
    boxes = {
        name: {key: float(group.find(f"{NAMESPACE}rect").get(key)) for key in ("x", "y", "width", "height")}
        for name, group in groups.items()
    }
    debian, base, maria, php = (
        boxes[name]
        for name in (
            "debian:bookworm",
            "example/base:12",
            "RUN apt-get update && apt-get install -y mariadb-server",
            "example/php:8.4",
        )
    )
    assert debian["y"] > base["y"] > maria["y"]
    assert debian["width"] > base["width"] > maria["width"]
    assert php["x"] >= base["x"] + base["width"]
    assert maria["height"] > debian["height"] > base["height"]


def test_it_is_readable_without_seeing_it(answers):
    root = parsed(answers("article"))
    assert root.get("role") == "img"
    title, description = root.find(f"{NAMESPACE}title"), root.find(f"{NAMESPACE}desc")
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == "Layers of 5 images"
    assert "620 MB stored" in description.text
    assert "example/web:php8.2 (234 MB)" in description.text


def test_waste_and_unknown_sizes_are_marked(answers):
    article, unknown = drawn(answers("article")), drawn(answers("unknown"))
    assert 'class="wasted"' in article
    assert 'class="unknown"' not in article
    assert 'class="wasted"' not in unknown
    assert 'class="unknown"' in unknown
    assert "size unknown" in texts(ElementTree.fromstring(unknown))


def test_hostile_names_stay_text(answers):
    root = parsed(answers("hostile"))
    allowed = {"svg", "title", "desc", "style", "defs", "pattern", "rect", "line", "g", "text", "path"}
    assert {element.tag.removeprefix(NAMESPACE) for element in root.iter()} <= allowed
    assert all((text or "").isprintable() for text in texts(root))


NAMES = st.text(max_size=40)


@given(st.lists(st.tuples(NAMES, NAMES), max_size=8))
def test_any_name_gives_valid_xml_and_always_the_same(pairs):
    fleet = Fleet(
        tuple(
            Image(name, "linux/amd64", (Layer(f"{number}", instruction, 1000, Basis.MEASURED),))
            for number, (name, instruction) in enumerate(pairs)
        )
    )
    one = drawn(answer(fleet))
    assert one == drawn(answer(Fleet(fleet.images[::-1])))
    ElementTree.fromstring(one)


@pytest.mark.parametrize("number", [0, 1, 9, 60, 3000])
def test_it_stays_of_one_size_whatever_the_number_of_images(number):
    base = Layer("base", "FROM x", 50_000_000, Basis.MEASURED)
    layers = [Layer(f"{each}", f"COPY {each} /", each * 1000, Basis.MEASURED) for each in range(number)]
    root = parsed(answer(Fleet(tuple(Image(layer.id, "linux/amd64", (base, layer)) for layer in layers))))
    assert 640 <= float(root.get("width")) <= 1400
    assert float(root.get("height")) <= 800
    assert len(list(root.iter())) < 1500


def test_an_image_below_others_keeps_its_name_where_almost_all_of_it_is_waste():
    base = Layer("base", "RUN make base", 90_000_000, Basis.MEASURED)
    waste = (Waste("cache", 80_000_000, WasteKind.DELETED, 0),)
    tops = [Layer(name, "COPY . .", 99_000_000, Basis.MEASURED) for name in "ab"]
    above = [Image(top.id, "linux/amd64", (base, top), waste) for top in tops]
    assert "below" in texts(parsed(answer(Fleet((Image("below", "linux/amd64", (base,)), *above)))))
