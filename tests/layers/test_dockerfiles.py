"""Fleets of Dockerfiles: what stands on what, what a layer's id depends on, and what layers weigh."""

import shutil
from pathlib import Path

import pytest

from dfopt.layers.answers import Answers
from dfopt.layers.builds import Build
from dfopt.layers.fleet import Basis, Image, WasteKind
from dfopt.layers.sources.planning import definitions_around, plan
from tests.layers.fleets import FIXTURES, answers_at, answers_of

ARTICLE = FIXTURES / "article"
CACHE = FIXTURES / "cache"


def image(answers: Answers, name: str) -> Image:
    return next(image for image in answers.images if image.name == name)


def ids(image: Image) -> list[str]:
    return [layer.id for layer in image.layers]


def cached(name: str) -> list[str]:
    """The ids of one of the fixtures on caching."""
    path = str(CACHE / f"{name}.Dockerfile")
    answers = answers_of({path: Path(path).read_bytes()}, [Build(path, str(CACHE))])
    return ids(answers.images[0])


@pytest.mark.parametrize("definition", ["compose.yaml", "docker-bake.hcl"])
def test_images_stand_on_images_of_the_fleet(definition: str) -> None:
    answers = answers_at(ARTICLE, definition)
    base, db, web = (ids(image(answers, name)) for name in ("shop/base", "shop/db:1", "shop/web:1"))
    assert db[: len(base)] == base
    assert web[: len(base)] == base
    lowest, beside = answers.tree if len(answers.tree[0].images) == 3 else reversed(answers.tree)
    assert lowest.images == ("shop/base", "shop/db:1", "shop/web:1")
    assert len(beside.images) == 1
    assert beside.layer.instruction == "FROM debian:trixie"


def test_compose_and_bake_files_say_the_same() -> None:
    fleets = [answers_at(ARTICLE, "compose.yaml"), answers_at(ARTICLE, "docker-bake.hcl")]
    one, other = (sorted(ids(each) for each in answers.images) for answers in fleets)
    assert one == other
    both = answers_at(ARTICLE, "compose.yaml", "docker-bake.hcl")
    assert sorted(ids(each) for each in both.images) == one


def test_tags_name_what_a_dockerfile_is_built_into() -> None:
    paths = [str(ARTICLE / name / "Dockerfile") for name in ("base", "web")]
    planned = plan(paths[1:], (), [("shop/base", str(ARTICLE / "base"))], {})
    answers = answers_of({path: Path(path).read_bytes() for path in paths}, planned.builds)
    base = image(answers, "shop/base")
    web = image(answers, paths[1])
    assert ids(web)[: len(base.layers)] == ids(base)


def test_bytes_are_those_of_the_catalogue_and_of_the_files_or_unknown() -> None:
    answers = answers_at(ARTICLE, "compose.yaml")
    base = image(answers, "shop/base")
    assert [layer.basis for layer in base.layers] == [Basis.CATALOGUE, Basis.CATALOGUE]
    copied = next(layer for layer in image(answers, "shop/web:1").layers if layer.instruction == "COPY . .")
    sizes = {path.name: path.stat().st_size for path in (ARTICLE / "web").iterdir()}
    del sizes["Dockerfile"], sizes["README.md"]  # by .dockerignore
    assert {file.path.rpartition("/")[2]: file.bytes for file in copied.files} == sizes
    assert (copied.bytes, copied.basis) == (sum(sizes.values()), Basis.MEASURED)
    unknown = image(answers, "shop-next").layers
    assert [layer.instruction for layer in unknown if layer.bytes is None] == ["COPY --from=code . ."]
    assert all((layer.bytes is None) == (layer.basis is None) for each in answers.images for layer in each.layers)


def test_waste_is_what_a_later_layer_deletes_or_writes_again() -> None:
    answers = answers_at(ARTICLE, "compose.yaml")
    (lists,) = image(answers, "shop/db:1").waste
    assert (lists.path, lists.kind) == ("/var/lib/apt/lists", WasteKind.DELETED)
    assert image(answers, "shop/db:1").layers[lists.layer].instruction.startswith("RUN apt-get update")
    web = image(answers, "shop/web:1")
    again = [waste for waste in web.waste if waste.path.endswith("index.php")]
    assert [waste.kind for waste in again] == [WasteKind.OVERWRITTEN, WasteKind.DUPLICATED]
    assert [web.layers[waste.layer].instruction.split()[0] for waste in again] == ["COPY", "RUN"]


def test_what_only_changes_the_configuration_or_the_spelling_takes_no_part_in_ids() -> None:
    assert cached("configuration") == cached("plain")


@pytest.mark.parametrize(
    ("name", "shared"), [("environment", 4), ("argument", 1), ("user", 4), ("stages", 3), ("other", 3), ("spaces", 1)]
)
def test_ids_differ_from_the_first_layer_that_a_build_would_make_anew(name: str, shared: int) -> None:
    plain, other = cached("plain"), cached(name)
    assert [one == two for one, two in zip(plain, other, strict=True)] == [True] * shared + [False] * (5 - shared)


def test_ids_follow_the_files_of_the_context(tmp_path: Path) -> None:
    def built() -> list[str]:
        path = str(tmp_path / "plain.Dockerfile")
        return ids(answers_of({path: Path(path).read_bytes()}, [Build(path, str(tmp_path))]).images[0])

    for name in ("plain.Dockerfile", "shared.txt"):
        shutil.copy(CACHE / name, tmp_path / name)
    assert built() == cached("plain")


def test_files_that_are_not_at_hand_are_shared_with_nobody() -> None:
    one, other = answers_of(dict.fromkeys(("a.Dockerfile", "b.Dockerfile"), b"FROM scratch\nCOPY app /app\n")).images
    assert set(ids(one)).isdisjoint(ids(other))


def test_a_linked_copy_is_one_layer_whatever_it_stands_on() -> None:
    text = b"FROM debian:%s\nCOPY --link <<EOF /motd\nhello\nEOF\nRUN true\n"
    one, other = answers_of({"a": text % b"12", "b": text % b"11"}).images
    assert [a == b for a, b in zip(ids(one), ids(other), strict=True)] == [False, True, False]


def test_packages_that_the_base_has_weigh_nothing_again() -> None:
    install = b"RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n"
    files = {"base": b"FROM debian:12\n" + install, "app": b"FROM base\nENV A=1\n" + install}
    app = image(answers_of(files), "app")
    assert [layer.bytes for layer in app.layers[-2:]] == [app.layers[1].bytes, 0]
    assert app.layers[1].bytes


@pytest.mark.parametrize("command", ["make install", "pip install flask", "apt-get install -y no-such-package"])
def test_what_is_not_known_has_no_price(command: str) -> None:
    (found,) = answers_of({"a": b"FROM debian:12\nRUN " + command.encode()}).images
    assert found.layers[-1].bytes is None


def test_images_on_each_other_in_a_circle_are_told() -> None:
    answers = answers_of({"a": b"FROM b\nRUN true\n", "b": b"FROM a\nRUN true\n"})
    assert len(answers.images) == 2
    assert [problem.subject for problem in answers.problems] == ["b"]


def test_an_image_of_the_name_of_its_base_is_no_circle() -> None:
    answers = answers_of({"debian": b"FROM debian\nRUN true\n"})
    assert not answers.problems
    assert len(answers.images[0].layers) == 2


def test_what_can_not_be_read_stops_nothing() -> None:
    answers = answers_of({"a": b"# nothing\n", "b": b"FROM debian\n"}, [Build("a", None), Build("b", None, target="x")])
    assert not answers.images


def test_long_rows_of_stages_and_images_are_read() -> None:
    stages = b"".join(b"FROM scratch AS s%d\nCOPY --from=s%d / /\n" % (n, n - 1) for n in range(1, 900))
    images = {f"i{n}": b"FROM i%d\nRUN true\n" % (n - 1) for n in range(1, 300)}
    answers = answers_of({"stages": b"FROM scratch AS s0\n" + stages, **images})
    assert len(answers.images) == 300


def test_definitions_are_found_beside_dockerfiles_and_above() -> None:
    dockerfile = str(ARTICLE / "web" / "Dockerfile")
    found = definitions_around([dockerfile], [str(ARTICLE)])
    assert sorted(Path(path).name for path in found) == ["compose.yaml", "docker-bake.hcl"]
    assert not list(definitions_around([dockerfile], [str(ARTICLE / "web")]))
