"""The tree for a terminal."""

from click import unstyle
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dfopt.layers.fleet import Basis, Fleet, Image, Layer
from dfopt.layers.picture.tree import lines
from dfopt.layers.sharing import answer


def plain(answers, width=80):
    return [unstyle(line) for line in lines(answers, width)]


def test_the_article(answers):
    told = plain(answers("article"))
    assert told[0] == "5 images of 7 layers: 620 MB stored, 1.13 GB if each stood alone; sharing saves 45 %"
    assert told[1] == "Sizes of layers: all unpacked."
    rows = [line.split() for line in told[4:]]
    assert rows[0] == "debian:bookworm 117 MB 117 MB 5".split()
    assert rows[1] == "├─ example/base:12 21.0 MB 138 MB 3".split()
    assert rows[2] == "│ ├─ example/mariadb:10.11 298 MB 436 MB 1 46.0 MB".split()
    assert rows[3] == "│ └─ example/web:php8.2 96.3 MB 234 MB 1".split()
    assert rows[4] == "└─ example/php:8.4 88.0 MB 205 MB 1".split()
    assert len(rows) == 5


def test_what_is_not_known_is_said(answers):
    told = plain(answers("unknown"))
    assert told[1] == "Sizes of layers: 1 from a catalogue, 1 estimated, 3 unknown."
    rows = [line.split() for line in told[4:]]
    assert rows[0] == ["FROM", "registry.example/unknown:1", "?", "2"]
    assert rows[1] == ["├─", "a", ">12.0", "MB", ">12.0", "MB", "1"]
    assert rows[2] == ["└─", "b", "~5.00", "MB", ">5.00", "MB", "1"]
    assert rows[3] == ["c", "?", "?", "1"]
    assert "empty has no layers" in told
    assert told[-1].startswith("~ about; > at least")


def test_nothing_at_all():
    assert plain(answer(Fleet(()))) == ["0 images of 0 layers"]


NAMES = st.text(max_size=60)


def image(name: str, parts: list[str]) -> Image:
    chains = [parts[: depth + 1] for depth in range(len(parts))]
    return Image(name, "linux/amd64", tuple(Layer("/".join(each), each[-1], 7, Basis.ESTIMATE) for each in chains))


@given(st.lists(st.builds(image, NAMES, st.lists(NAMES, max_size=6)), max_size=12), st.integers(70, 140))
def test_any_name_fits_and_does_nothing_to_the_terminal(images, width):
    for line in plain(answer(Fleet(tuple(images))), width)[2:]:
        assert cell_len(line) <= width or line.endswith("has no layers")
        assert line.isprintable()


def test_hostile_names_are_shown_harmlessly(answers):
    assert all(line.isprintable() for line in plain(answers("hostile")))


def test_a_chain_longer_than_the_stack_of_python_is_one_line():
    layers = tuple(Layer(str(number), f"RUN {number}", number, Basis.MEASURED) for number in range(3000))
    told = plain(answer(Fleet((Image("deep", "linux/amd64", layers),))))
    assert told[-1].split() == ["deep", "4.50", "MB", "4.50", "MB", "1"]
