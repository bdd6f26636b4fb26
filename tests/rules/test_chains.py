"""Edits of chains: by example, and as properties of every RUN of the real Dockerfiles."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import dockerfile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt import parse
from dfopt.model import Model
from dfopt.model.invocations import Invocation
from dfopt.model.runs import RunFacts
from dfopt.rules import chains
from dfopt.syntax.edits import Edit, apply

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXAMPLES = FIXTURES / "fix" / "chains"
CLEANUP = "rm -rf /var/lib/apt/lists/*"

Edits = tuple[Edit, ...] | None


def command_with(run: RunFacts, word: str) -> Invocation:
    return next(command for command in run.commands if word in [each.value for each in command.arguments])


def delete_git(run: RunFacts) -> Edits:
    command = command_with(run, "git")
    return chains.delete_word(command, next(word for word in command.arguments if word.value == "git"))


OPERATIONS: dict[str, Callable[[RunFacts], Edits]] = {
    "append": lambda run: chains.append(run.scripts[-1], CLEANUP),
    "insert-after": lambda run: chains.insert_after(command_with(run, "install"), CLEANUP),
    "prepend": lambda run: chains.prepend(run.scripts[-1], "set -o pipefail"),
    "delete": lambda run: chains.delete(command_with(run, "upgrade")),
    "delete-word": delete_git,
}


@pytest.mark.parametrize(
    "folder", [folder for name in OPERATIONS for folder in sorted((EXAMPLES / name).iterdir())], ids=str
)
def test_example(folder: Path) -> None:
    before = (folder / "before.Dockerfile").read_bytes()
    edits = OPERATIONS[folder.parent.name](Model(parse(before)).runs[-1])
    if folder.name.startswith("none-"):
        assert edits is None
    else:
        assert edits is not None
        assert apply(before, edits).decode() == (folder / "after.Dockerfile").read_bytes().decode()


def real_runs() -> list[tuple[bytes, int]]:
    """Every RUN in shell form of the real Dockerfiles that BuildKit reads: the file, and the RUN's number in it."""
    found = []
    for path in sorted((FIXTURES / "syntax" / "real").glob("*.Dockerfile")):
        data = path.read_bytes()
        if keywords_of_buildkit(data) is not None:
            runs = Model(parse(data)).runs
            found += [(data, n) for n, run in enumerate(runs) if run.commands and not run.is_exec_form]
    return found


def keywords_of_buildkit(data: bytes) -> list[str] | None:
    try:
        return [each.cmd for each in dockerfile.parse_string(data.decode())]
    except (dockerfile.GoParseError, UnicodeDecodeError):
        return None


RUNS = real_runs()


def words(run: RunFacts) -> list[tuple[str, ...]]:
    """The words of every command but those that contain others, whose words contain the others' text."""
    return [tuple(word.value for word in each.outer.words) for each in run.commands if not surrounds(run, each)]


def surrounds(run: RunFacts, command: Invocation) -> bool:
    return any(command.start <= each.start and each.end <= command.end for each in run.commands if each is not command)


def comments(data: bytes) -> Counter[bytes]:
    return Counter(line.strip() for line in data.splitlines() if line.strip().startswith(b"#"))


def assert_sound(data: bytes, edits: Edits, number: int) -> RunFacts:
    """The RUN after the edits, whose file reads as before."""
    assert edits
    after = apply(data, edits)
    was, now = Model(parse(data)), Model(parse(after))
    assert len(now.tree.problems) == len(was.tree.problems)
    assert [each.keyword for each in now.tree.instructions] == [each.keyword for each in was.tree.instructions]
    assert keywords_of_buildkit(after) == keywords_of_buildkit(data)
    assert comments(after) == comments(data)
    assert not any(script.has_error for script in now.runs[number].scripts)
    return now.runs[number]


@given(st.sampled_from(RUNS))
def test_append_adds_the_last_command(sample: tuple[bytes, int]) -> None:
    data, number = sample
    run = Model(parse(data)).runs[number]
    if edits := chains.append(run.scripts[-1], CLEANUP):
        assert words(assert_sound(data, edits, number)) == [*words(run), tuple(CLEANUP.split())]


@given(st.sampled_from(RUNS))
def test_prepend_adds_the_first_command(sample: tuple[bytes, int]) -> None:
    data, number = sample
    run = Model(parse(data)).runs[number]
    if edits := chains.prepend(run.scripts[-1], "set -x"):
        assert words(assert_sound(data, edits, number)) == [("set", "-x"), *words(run)]


@given(st.sampled_from(RUNS), st.data())
def test_insert_after_adds_the_next_command(sample: tuple[bytes, int], draw: st.DataObject) -> None:
    data, number = sample
    run = Model(parse(data)).runs[number]
    command = draw.draw(st.sampled_from(run.commands))
    if edits := chains.insert_after(command, CLEANUP):
        added = next(each for each in assert_sound(data, edits, number).commands if each.start > command.end)
        assert [word.value for word in added.words] == CLEANUP.split()
        assert added.connector == "&&" or command.errexit


@given(st.sampled_from(RUNS), st.data())
def test_delete_takes_one_command(sample: tuple[bytes, int], draw: st.DataObject) -> None:
    data, number = sample
    run = Model(parse(data)).runs[number]
    command = draw.draw(st.sampled_from([each for each in run.commands if not surrounds(run, each)]))
    if edits := chains.delete(command):
        gone = Counter(words(run)) - Counter(words(assert_sound(data, edits, number)))
        assert gone == Counter([tuple(word.value for word in command.outer.words)])


@given(st.sampled_from(RUNS), st.data())
def test_delete_word_takes_one_word(sample: tuple[bytes, int], draw: st.DataObject) -> None:
    data, number = sample
    run = Model(parse(data)).runs[number]
    plain = [
        (each, word) for each in run.commands if each.program not in ("[", "[[", "test") for word in each.arguments
    ]
    if not plain:
        return
    command, word = draw.draw(st.sampled_from(plain))
    if edits := chains.delete_word(command, word):
        after = apply(data, edits)
        assert comments(after) == comments(data)
        assert len(after) < len(data)
        assert keywords_of_buildkit(after) == keywords_of_buildkit(data)


def test_a_word_is_put_in_as_a_string_where_the_command_is_json() -> None:
    data = b'FROM debian:12\nRUN ["apt-get", "install", "curl"]\n'
    command = Model(parse(data)).commands[0]
    edits = chains.insert_word_after(command, command.words[1], "-y --no-install-recommends")
    assert apply(data, edits).splitlines()[1] == b'RUN ["apt-get", "install", "-y", "--no-install-recommends", "curl"]'
