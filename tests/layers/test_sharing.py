"""Properties of all fleets."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import dfopt
from dfopt.layers.answers import Answers, Node
from dfopt.layers.builds import Build
from dfopt.layers.fleet import Basis, Fleet, Image, Layer
from dfopt.layers.reports.json import render
from dfopt.layers.sharing import answer
from tests.layers.fleets import FIXTURES, answers_at, answers_of, changed

SCHEMA = json.loads((Path(dfopt.__file__).parent / "layers" / "schema" / "layers-1.json").read_text())

LAYERS = [
    Layer(f"sha256:{n}", f"RUN {n}", None if n == 4 else n * 100, None if n == 4 else Basis.MEASURED) for n in range(8)
]
CHAINS = st.lists(st.lists(st.sampled_from(LAYERS), max_size=5, unique_by=lambda layer: layer.id), max_size=8)

INSTALLS = st.sampled_from(["curl git", "git curl", "curl  git", "tzdata"])
INSTRUCTIONS = st.one_of(
    INSTALLS.map(
        lambda names: (
            f"RUN apt-get update && apt-get install -y --no-install-recommends {names} && rm -rf /var/lib/apt/lists/*"
        )
    ),
    st.sampled_from(
        [
            "ENV A=1",
            "LABEL a=1",
            "WORKDIR /srv",
            "USER www-data",
            "RUN make",
            "RUN mkdir /a",
            "COPY <<EOF /srv/a\nhello\nEOF",
            "COPY --link <<EOF /srv/a\nhello\nEOF",
            "COPY --from=zero /srv/a /srv/b",
            "COPY <<EOF /etc/apt/sources.list\nhello\nEOF",
        ]
    ),
)
DOCKERFILES = st.tuples(
    st.sampled_from(["debian:12", "debian:12", "debian:bookworm", "zero"]),
    st.lists(INSTRUCTIONS, min_size=1, max_size=4),
)
FLEETS = st.lists(DOCKERFILES, min_size=3, max_size=5).map(
    lambda files: {
        name: "\n".join([f"FROM {base}", *instructions, ""]).encode()
        for name, (base, instructions) in zip(["zero", "one", "two", "three", "four"], files, strict=False)
    }
)


IN_STAGES = st.one_of(
    INSTRUCTIONS, st.sampled_from(["ARG X", "ENV Y=$X", "COPY --from=s0 /a /b", "COPY --link --from=s0 /a /b"])
)
STAGES = st.lists(
    st.tuples(
        st.sampled_from(["debian:12", "s0", "zero", "${B:-debian:12}"]), st.lists(IN_STAGES, min_size=1, max_size=4)
    ),
    min_size=1,
    max_size=3,
).map(
    lambda stages: "\n".join(
        ["ARG B", *[line for n, (base, own) in enumerate(stages) for line in (f"FROM {base} AS s{n}", *own)], ""]
    ).encode()
)
BUILDS = st.tuples(st.sampled_from([None, "s0"]), st.sampled_from([{}, {"X": "1"}, {"X": "2"}, {"B": "zero"}]))


def fleet(chains: list[list[Layer]]) -> Fleet:
    return Fleet(tuple([Image(f"image-{n}", "linux/amd64", tuple(chain)) for n, chain in enumerate(chains)]))


def nodes(answers: Answers) -> list[Node]:
    found = list(answers.tree)
    for node in found:
        found += node.children
    return found


@given(CHAINS)
def test_what_is_stored_is_at_most_what_all_images_take(chains: list[list[Layer]]) -> None:
    answers = answer(fleet(chains))
    assert max([0, *(sum(layer.bytes or 0 for layer in chain) for chain in chains)]) <= answers.stored_bytes
    assert answers.stored_bytes <= answers.sum_bytes
    assert 0 <= answers.ratio < 1


@given(CHAINS)
def test_images_that_are_the_same_are_stored_once(chains: list[list[Layer]]) -> None:
    once, twice = answer(fleet(chains)), answer(fleet([*chains, *chains]))
    assert (twice.stored_bytes, twice.sum_bytes) == (once.stored_bytes, 2 * once.sum_bytes)
    assert len(nodes(twice)) == len(nodes(once))


@given(CHAINS, st.randoms(use_true_random=False))
def test_the_order_of_images_does_not_matter(chains: list[list[Layer]], random: object) -> None:
    given_ = fleet(chains)
    images = list(given_.images)
    random.shuffle(images)  # type: ignore[attr-defined]
    assert answer(replace(given_, images=tuple(images))) == answer(given_)


@given(CHAINS)
def test_each_image_is_a_path_of_the_tree(chains: list[list[Layer]]) -> None:
    answers = answer(fleet(chains))
    for image in answers.images:
        level = answers.tree
        for layer in image.layers:
            (node,) = [node for node in level if node.layer.id == layer.id]
            assert image.name in node.images
            level = node.children
    assert sum(len(node.images) for node in nodes(answers)) == sum(map(len, chains))


@given(FLEETS)
def test_a_proposal_that_is_carried_out_saves_what_it_claims(files: dict[str, bytes]) -> None:
    before = answers_of(files)
    for proposal in before.proposals:
        after = answers_of(changed(files, proposal.changes))
        saved = before.stored_bytes - after.stored_bytes
        assert saved == (proposal.bytes or 0), proposal
        assert after.unsized <= before.unsized


@given(st.lists(st.tuples(STAGES, st.lists(BUILDS, max_size=2)), min_size=1, max_size=3))
def test_so_it_does_where_a_file_is_built_several_times(
    fleet: list[tuple[bytes, list[tuple[str | None, dict[str, str]]]]],
) -> None:
    files = {name: text for name, (text, _) in zip(["zero", "one", "two"], fleet, strict=False)}
    builds = [Build(name, None, (name,)) for name in files]
    for name, (_, others) in zip(files, fleet, strict=True):
        builds += [Build(name, None, (f"{name}-{n}",), target, args) for n, (target, args) in enumerate(others)]
    before = answers_of(files, builds)
    assert before.stored_bytes <= before.sum_bytes
    for proposal in before.proposals:
        after = changed(files, proposal.changes)
        new = [Build(path, None, (path.removesuffix(".Dockerfile"),)) for path in after.keys() - files.keys()]
        saved = before.stored_bytes - answers_of(after, [*builds, *new]).stored_bytes
        assert saved == (proposal.bytes or 0), proposal


@given(FLEETS, st.randoms(use_true_random=False))
def test_the_order_of_dockerfiles_does_not_matter(files: dict[str, bytes], random: object) -> None:
    names = list(files)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert answers_of({name: files[name] for name in names}) == answers_of(files)


@given(FLEETS)
def test_the_json_document_keeps_to_its_schema(files: dict[str, bytes]) -> None:
    answers = answers_of(files)
    document = json.loads("".join(render(answers)))
    Draft202012Validator(SCHEMA).validate(document)
    assert [node["on"] for node in document["tree"]].count(None) == len(answers.tree)
    assert document["summary"]["stored_bytes"] == sum(layer["bytes"] or 0 for layer in document["layers"])


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("folder", ["article", "near-misses", "cache"])
def test_real_fleets_keep_to_the_schema(folder: str) -> None:
    document = json.loads("".join(render(answers_at(FIXTURES / folder))))
    Draft202012Validator(SCHEMA).validate(document)
