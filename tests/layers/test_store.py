"""The database of a fleet."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.layers.fleet import Basis, File, Fleet, Image, Layer, Place, Problem, Waste, WasteKind
from dfopt.layers.sources.readings import Found, Reading, readings_of
from dfopt.layers.store import Store, StoreError

DOCUMENT = Path(__file__).parents[2] / "docs" / "layers-database.md"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SIZES = st.integers(0, 2**50)
FILES = st.dictionaries(TEXTS, SIZES, max_size=3).map(
    lambda sizes: tuple(File(path, size) for path, size in sorted(sizes.items(), key=lambda each: (-each[1], each[0])))
)
LAYERS = st.builds(
    Layer,
    id=TEXTS,
    instruction=TEXTS,
    bytes=SIZES,
    basis=st.sampled_from(Basis),
    place=st.none() | st.builds(Place, TEXTS, st.integers(1, 9)),
    files=FILES,
)
UNKNOWN_LAYERS = st.builds(Layer, id=TEXTS, instruction=TEXTS, bytes=st.none(), basis=st.none())


def one_content_an_id(layers: list[Layer]) -> tuple[Layer, ...]:
    return tuple({layer.id: layer for layer in layers}.values())


IMAGES = st.builds(
    Image,
    name=TEXTS,
    platform=TEXTS,
    layers=st.lists(LAYERS | UNKNOWN_LAYERS, max_size=4).map(one_content_an_id),
    waste=st.lists(st.builds(Waste, TEXTS, SIZES, st.sampled_from(WasteKind), st.integers(0, 3)), max_size=3).map(
        tuple
    ),
    labels=st.dictionaries(TEXTS, TEXTS, max_size=2),
)


def image(name: str, *layers: str) -> Image:
    return Image(name, "linux/amd64", tuple(Layer(layer, f"RUN {layer}", 10, Basis.MEASURED) for layer in layers))


def reading(name: str, digest: str, *layers: str) -> Reading:
    return Reading(name, digest, (Found(digest, image(name, *layers)),))


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path / "fleet.db") as store:
        yield store


@given(first=IMAGES, problems=st.lists(st.builds(Problem, TEXTS, TEXTS), max_size=3))
def test_what_is_kept_is_what_was_read(tmp_path_factory, first: Image, problems: list[Problem]) -> None:
    path = tmp_path_factory.mktemp("store") / "fleet.db"
    fleet = Fleet((first,), tuple(problems))
    with Store(path) as store:
        store.fill(readings_of(fleet))
    with Store(path) as store:
        assert store.fleet() == fleet


def test_an_image_is_found_by_its_digest_under_any_name(store: Store) -> None:
    store.fill([reading("a", "sha256:1", "base", "tool"), reading("b", "sha256:2", "base")])
    assert store.image("sha256:1") == image("a", "base", "tool")
    assert store.image("sha256:3") is None
    assert (store.digest("b"), store.digest("c")) == ("sha256:2", "")


def test_a_run_that_ends_drops_what_it_did_not_read(store: Store) -> None:
    store.fill([reading("a", "1", "base"), reading("b", "2", "base", "tool")])
    store.fill([Reading("a", "1", unchanged=True)])
    assert list(store.images()) == [image("a", "base")]


def test_a_run_that_could_not_list_all_keeps_the_rest(store: Store) -> None:
    store.fill([reading("a", "1", "base"), reading("b", "2", "base")])
    store.fill([Reading.failed("registry", ValueError("gone"), partial=True)])
    assert [found.name for found in store.images()] == ["a", "b"]
    assert list(store.problems()) == [Problem("registry", "gone")]


def test_what_can_not_be_read_any_more_is_dropped_and_told(store: Store) -> None:
    store.fill([reading("a", "1", "base")])
    store.fill([Reading.failed("a", ValueError("damaged"))])
    assert store.fleet() == Fleet((), (Problem("a", "damaged"),))
    store.fill([reading("a", "1", "base")])
    assert store.fleet() == Fleet((image("a", "base"),))


def test_what_was_read_before_an_error_stays(store: Store) -> None:
    def broken():
        yield reading("a", "1", "base")
        raise KeyboardInterrupt

    store.fill([reading("z", "9", "base")])
    with pytest.raises(KeyboardInterrupt):
        store.fill(broken())
    assert [found.name for found in store.images()] == ["a", "z"]
    store.fill([Reading("a", "1", unchanged=True), reading("b", "2", "tool")])
    assert [found.name for found in store.images()] == ["a", "b"]


def test_what_was_last_known_of_a_layer_holds(store: Store) -> None:
    def priced(size: int | None, *files: File) -> Reading:
        layer = Layer("base", "FROM", size, None if size is None else Basis.ESTIMATE, files=files)
        return Reading("a", found=(Found("", Image("a", "linux/amd64", (layer,))),))

    for known in (priced(None), priced(5, File("/a", 5)), priced(3, File("/a", 2), File("/b", 1))):
        store.fill([known])
        assert list(store.images()) == [known.found[0].image]
    store.fill([priced(None)])
    assert [image.layers[0].bytes for image in store.images()] == [3]


def test_views_tell_what_is_shared(store: Store, tmp_path: Path) -> None:
    store.fill([reading("a", "1", "base", "a"), reading("b", "2", "base", "b"), reading("c", "3", "base", "b")])
    with sqlite3.connect(tmp_path / "fleet.db") as connection:
        shared = connection.execute("SELECT digest, images, saved FROM sharing ORDER BY digest").fetchall()
        sizes = connection.execute("SELECT name, layers, bytes, wasted FROM image_sizes ORDER BY name").fetchall()
        totals = connection.execute("SELECT images, layers, stored, apart, ratio FROM totals").fetchall()
    connection.close()
    assert shared == [("a", 1, 0), ("b", 2, 10), ("base", 3, 20)]
    assert sizes == [("a", 2, 20, 0), ("b", 2, 20, 0), ("c", 2, 20, 0)]
    assert totals == [(3, 3, 30, 60, 2.0)]


def test_the_document_describes_every_table_and_its_queries_run(store: Store, tmp_path: Path) -> None:
    text = DOCUMENT.read_text()
    described = {
        name: re.findall(r"`(\w+)`", columns)
        for name, columns in re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|$", text, re.MULTILINE)
    }
    with sqlite3.connect(tmp_path / "fleet.db") as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall()
        held = {
            name: [column for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (name,))]
            for (name,) in names
        }
        for query in re.findall(r"```sql\n(.*?)```", text, re.DOTALL):
            connection.execute(query)
    connection.close()
    assert described == held


@pytest.mark.parametrize("content", [b"not a database" * 100, b"FROM scratch\n"])
def test_other_files_are_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="other"):
        Store(path)
    assert path.read_bytes() == content


def test_other_databases_are_refused_and_left(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE precious (data)")
    connection.close()
    content = path.read_bytes()
    with pytest.raises(StoreError, match="something else"):
        Store(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't open"):
        Store(tmp_path / "missing" / "fleet.db")
