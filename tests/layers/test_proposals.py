"""What would save bytes, and what must not be proposed."""

from pathlib import Path

import pytest

from dfopt.layers.answers import Proposal, ProposalKind
from dfopt.layers.fleet import Basis, Fleet, Image, Layer
from dfopt.layers.proposals.apart import built_apart
from tests.layers.fleets import FIXTURES, Files, answers_of, changed

NEAR_MISSES = FIXTURES / "near-misses"
MOVES = FIXTURES / "moves"


def dockerfiles(folder: Path, pattern: str) -> Files:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob(pattern))}


def near_misses() -> Files:
    return dockerfiles(NEAR_MISSES, "*/Dockerfile")


def proposals(files: Files, kind: ProposalKind) -> list[Proposal]:
    return [proposal for proposal in answers_of(files).proposals if proposal.kind is kind]


def moves(name: str) -> list[Proposal]:
    found = dockerfiles(MOVES, "*.Dockerfile")
    return proposals({path: found[path] for path in ("model.Dockerfile", f"{name}.Dockerfile")}, ProposalKind.EARLIER)


def test_there_is_a_proposal_of_each_kind_and_each_saves_what_it_claims() -> None:
    files = near_misses()
    before = answers_of(files)
    assert {proposal.kind for proposal in before.proposals} == set(ProposalKind)
    for proposal in before.proposals:
        after = answers_of(changed(files, proposal.changes))
        assert before.stored_bytes - after.stored_bytes == proposal.bytes
        assert proposal.bytes


def test_packages_in_another_order_are_written_alike() -> None:
    files = near_misses()
    (proposal,) = proposals(files, ProposalKind.SORTED)
    assert proposal.images == ("api/Dockerfile", "worker/Dockerfile")
    after = changed(files, proposal.changes)
    (run,) = [line for line in files["api/Dockerfile"].splitlines() if line.startswith(b"RUN")]
    assert run in after["worker/Dockerfile"].splitlines()
    assert b"# the same packages" in after["worker/Dockerfile"]


def test_an_installation_is_moved_to_where_others_have_it() -> None:
    (proposal,) = proposals(near_misses(), ProposalKind.EARLIER)
    assert proposal.images == ("cron/Dockerfile",)
    after = changed(near_misses(), proposal.changes)["cron/Dockerfile"].splitlines()
    assert after[0].startswith(b"FROM")
    assert after[1].startswith(b"RUN apt-get update")


def test_a_common_base_takes_what_all_of_several_images_install() -> None:
    files = near_misses()
    first, second = proposals(files, ProposalKind.BASE)
    after = changed(files, first.changes)
    (new,) = after.keys() - files.keys()
    assert b"ca-certificates \\\n        curl \\\n        git \\\n" in after[new]
    name = new.removesuffix(".Dockerfile").encode()
    for path in ("api/Dockerfile", "cron/Dockerfile", "worker/Dockerfile"):
        assert after[path] == files[path].replace(b"debian:bookworm", name)
    assert second.images == ("admin/Dockerfile", "front/Dockerfile")


def test_only_the_from_of_the_image_is_rewritten_not_that_of_a_stage_beside_it() -> None:
    files = near_misses()
    _, second = proposals(files, ProposalKind.BASE)
    after = changed(files, second.changes)["admin/Dockerfile"]
    assert after.startswith(b"FROM debian:bookworm AS build\n")
    assert b"FROM debian-bookworm-base-2\n" in after


@pytest.mark.parametrize("name", ["past-settings", "past-windows-lines"])
def test_an_installation_passes_what_does_not_matter_to_it(name: str) -> None:
    (proposal,) = moves(name)
    files = dockerfiles(MOVES, "*.Dockerfile")
    after = changed(files, proposal.changes)[f"{name}.Dockerfile"].splitlines()
    assert after[1].strip() == files["model.Dockerfile"].splitlines()[1]


@pytest.mark.parametrize("path", sorted(MOVES.glob("not-*")), ids=lambda path: path.stem)
def test_an_installation_passes_nothing_that_may_matter_to_it(path: Path) -> None:
    assert not moves(path.stem)


def test_a_base_keeps_what_packages_recommend() -> None:
    files = {
        name: f"FROM debian:12\nENV A={name}\nRUN apt-get update && apt-get install -y git\n".encode() for name in "ab"
    }
    (proposal,) = proposals(files, ProposalKind.BASE)
    assert "--no-install-recommends" not in proposal.changes[0].text


def test_all_builds_of_a_file_count() -> None:
    """A change of a file changes every image that is built from it."""
    files = near_misses()
    for proposal in answers_of(files).proposals:
        assert {change.path for change in proposal.changes} <= {*files, proposal.places[0].path}


def layer(id_: str, size: int | None, instruction: str = "RUN make") -> Layer:
    return Layer(id_, instruction, size, Basis.COMPRESSED if size is not None else None)


def images(*tops: Layer) -> tuple[Image, ...]:
    base = layer("base", 10, "FROM x")
    return Fleet(tuple([Image(f"i{n}", "linux/amd64", (base, top)) for n, top in enumerate(tops)])).images


def test_a_run_that_was_built_apart_is_built_once() -> None:
    (proposal,) = built_apart(images(layer("a", 5), layer("b", 7), layer("b", 7)))
    assert (proposal.bytes, proposal.basis, proposal.images) == (5, Basis.COMPRESSED, ("i0", "i1", "i2"))


@pytest.mark.parametrize(
    "tops",
    [
        (layer("a", 5), layer("a", 5)),
        (layer("a", 5), layer("b", None)),
        (layer("a", 5, "COPY . . # buildkit"), layer("b", 5, "COPY . . # buildkit")),
        (layer("a", 5, "/bin/sh -c #(nop) ADD file:1 in /"), layer("b", 5, "/bin/sh -c #(nop) ADD file:1 in /")),
    ],
)
def test_what_is_one_layer_or_other_content_is_not_proposed(tops: tuple[Layer, ...]) -> None:
    assert not list(built_apart(images(*tops)))
