"""The tree of any file: it gives back the file, and reads it as BuildKit does."""

from collections.abc import Iterator
from pathlib import Path

import dockerfile
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dfopt
from dfopt.syntax.nodes import Dockerfile, Token

FIXTURES = Path(__file__).parents[2] / "fixtures"
READ = sorted([*FIXTURES.glob("syntax/real/*.Dockerfile"), *FIXTURES.glob("syntax/corners/*.Dockerfile")])
REFUSED = sorted(FIXTURES.glob("syntax/refused/*.Dockerfile"))
OTHER_THAN_BUILDKIT = {
    "nul": "the binding of BuildKit's parser ends a file at its first NUL byte",
    "invalid-utf8": "the binding takes text",
}


def name(path: Path) -> str:
    return path.stem


def every_token(tree: Dockerfile) -> Iterator[Token]:
    return (token for token in tree.tokens() if token.text)


def assert_lossless(data: bytes) -> Dockerfile:
    tree = dfopt.parse(data)
    assert tree.bytes == data
    end = 0
    for token in every_token(tree):
        start, stop = token.span
        assert data[start.offset : stop.offset].decode("utf-8", "surrogateescape") == token.text
        assert end <= start.offset
        end = stop.offset
        before = data[: start.offset].decode("utf-8", "surrogateescape")
        assert start.line == before.count("\n") + 1
        assert start.column == len(before) - (before.rfind("\n") + 1) + 1
    return tree


@pytest.mark.parametrize("path", [*READ, *REFUSED], ids=name)
def test_every_byte_is_in_one_token(path: Path) -> None:
    assert_lossless(path.read_bytes())


@pytest.mark.parametrize("path", [path for path in READ if path.stem not in OTHER_THAN_BUILDKIT], ids=name)
def test_instructions_are_those_of_buildkit(path: Path) -> None:
    data = path.read_bytes()
    theirs = [
        (each.cmd.upper(), each.start_line, each.end_line)
        for each in dockerfile.parse_string(data.decode())
        if each.cmd is not None
    ]
    tree = dfopt.parse(data)
    assert [(each.keyword, each.span.start.line, each.span.end.line) for each in tree.instructions] == theirs


@pytest.mark.parametrize("path", REFUSED, ids=name)
def test_what_buildkit_refuses_has_a_problem(path: Path) -> None:
    data = path.read_bytes()
    if path.stem not in ("two-escape-directives", "bad-escape-directive"):
        with pytest.raises(dockerfile.GoParseError):
            dockerfile.parse_string(data.decode())
    assert any(problem.fatal for problem in dfopt.parse(data).problems)


PIECES = st.sampled_from(
    [
        *(
            "FROM debian:12",
            "run ",
            "RUN echo a",
            "COPY --from=a b ",
            "ENV a=b ",
            "ENV c d",
            "LABEL x=",
            "CMD [",
            '"a"',
            "]",
        ),
        *("ONBUILD ", "HEALTHCHECK CMD ", "ARG x", "EXPOSE 80", "SHELL ", "WORKDIR /x", "<<EOF", "<<-'E F'", "EOF\n"),
        *(
            "\\\n",
            "\\ \n",
            "`\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "# c\n",
            "# escape=`\n",
            "# syntax=a\n",
            "\ufeff",
            "\t",
            " ",
        ),
        *(
            '"',
            "'",
            "\\",
            "`",
            "=",
            "$",
            "${",
            "}",
            ",",
            "--",
            "--mount=type=cache",
            "é",
            "日本",
            "\x00",
            "\u3000",
            "&& ",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_file_made_of_the_language_is_lossless(text: str) -> None:
    assert_lossless(text.encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_lossless(data: bytes) -> None:
    assert_lossless(data)


@given(st.text(st.characters(), max_size=100))
def test_any_text_has_a_tree(text: str) -> None:
    assert dfopt.parse(text).bytes == text.encode("utf-8", "surrogatepass")


@given(st.sampled_from(READ), st.data())
def test_any_mutation_of_a_real_file_is_lossless(path: Path, data: st.DataObject) -> None:
    mutated = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(mutated)))
        end = data.draw(st.integers(start, min(len(mutated), start + 20)))
        piece = data.draw(st.one_of(PIECES.map(str.encode), st.binary(max_size=3), st.just(mutated[start:end] * 2)))
        mutated = mutated[:start] + piece + mutated[end:]
    assert_lossless(mutated)


@pytest.mark.parametrize(
    "data",
    [
        b"FROM a\n" + b"ONBUILD " * 1_000_000 + b"RUN b\n",
        b"RUN " + b"a" * 50_000_000,
        b"RUN " + b"a " * 1_000_000,
        b"RUN a" + b" \\\n" * 200_000,
        b"LABEL a=" + b"'\"" * 500_000,
        b"CMD " + b"[" * 1_000_000,
        b"CMD [" + b'"a",' * 300_000,
        b"\\" * 1_000_000,
        b"\n" * 1_000_000,
        b"\x00" * 1_000_000,
    ],
    ids=lambda data: f"{len(data)} bytes of {data[:10]!r}",
)
def test_hostile_files_are_read_like_any_other(data: bytes) -> None:
    assert dfopt.parse(data).bytes == data
