"""ShellCheck as dfopt runs it, and the places that it names."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.rules.shared.joined_scripts import JoinedScript
from dfopt.shellcheck.program import Script, ShellCheckError, comments, program
from dfopt.syntax.shell import parse_script


def script(text: str, dialect: str = "dash", **variables: str) -> Script:
    return Script(text, dialect, tuple(variables.items()))


def codes(*scripts: Script) -> list[list[int]]:
    return [[comment.code for comment in found] for found in comments(scripts)]


def test_it_comes_with_the_extra() -> None:
    found = program()
    assert found
    assert Path(found).parent == Path(sys.executable).parent


def test_each_script_gets_its_own_comments() -> None:
    assert codes(script("echo $1"), script("echo a"), script("cat `ls`")) == [[2086], [], [2006, 2046]]


def test_places_count_from_the_start_of_the_script() -> None:
    text = "echo é\necho $1\n"
    ((comment,),) = comments((script(text, NAME="it's", OTHER="x"),))
    assert text[comment.start : comment.end] == "$1"
    assert [(text[each.start : each.end], each.text) for each in comment.replacements] == [("", '"'), ("", '"')]


def test_the_shell_and_the_variables_are_told() -> None:
    assert codes(script("[[ -f a ]]", "sh"), script("[[ -f a ]]", "bash")) == [[3010], []]
    assert codes(script("echo $A"), script("echo $A", A="1"), script("echo $A", A="1 2")) == [[2086], [], [2086]]


@pytest.mark.parametrize("text", ["", "\0", "\udcff", "$(", "'", "a\r\nb", "if true"])
def test_any_text_is_taken(text: str) -> None:
    (found,) = comments((script(text),))
    assert all(0 <= comment.start <= comment.end <= len(text) for comment in found)


def test_a_failure_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "shellcheck"
    broken.write_text("#!/bin/sh\necho no memory >&2\nexit 4\n", "utf-8")
    broken.chmod(0o755)
    code = (
        "import sys, dfopt.shellcheck.program as p\n"
        "p.program = lambda: sys.argv[1]\n"
        "try: p.comments((p.Script('a', 'sh', ()),))\nexcept p.ShellCheckError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code, broken], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "shellcheck failed: no memory"
    assert issubclass(ShellCheckError, RuntimeError)


@given(
    st.lists(st.sampled_from(["a", " ", "é", "\udcff", "\\\n", "\\ \r\n  # x\n", "\\\\", "\n", "\r\n"])).map("".join)
)
def test_a_joined_script_knows_the_way_back(text: str) -> None:
    """Each character of the text stands in the file at its offset, and ends at the offset behind it."""
    data = text.encode("utf-8", "surrogateescape")
    joined = JoinedScript(parse_script(data, 7, "\\", head=len(data)))
    for place, character in enumerate(joined.text):
        start, end = joined.offset(place) - 7, joined.offset_behind(place + 1) - 7
        assert data[start:end].decode("utf-8", "surrogateescape") == character
        assert joined.is_whole(place, place + 1)
    assert joined.offset_behind(len(joined.text)) - 7 <= len(data)
