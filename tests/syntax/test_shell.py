"""Shell scripts of real RUN instructions, and what must hold for any bytes."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.syntax import nodes
from dfopt.syntax.blanking import blank, join
from dfopt.syntax.commands import Command, Context, Redirect, Word
from dfopt.syntax.parser import parse
from dfopt.syntax.shell import Script, ShellKind, parse_script, shell_kind
from dfopt.syntax.wrappers import unwrap

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures/syntax/shell").glob("*.Dockerfile"))
PIECES = r"a|b c| |\\;|&&|;|'|\"|$(|)|<<A|<<-'B'|(|{ |if |; then |; fi|>f|`|sh -c |\\~|`~|\\ ~|# x~|~|A~|é".replace(
    "~", "\n"
)
SCRIPT_BYTES = st.lists(st.sampled_from(PIECES.split("|"))).map(lambda pieces: "".join(pieces).encode())
ESCAPES = st.sampled_from(["\\", "`"])


def run_script(data: bytes) -> Script:
    """The script of the file's only RUN: its command line, or its here-document when that is all there is."""
    (run,) = (each for each in parse(data).instructions if isinstance(each, nodes.Run))
    assert isinstance(run.command, nodes.ShellForm)
    line = run.command.script
    start, end = line.span.start.offset, line.span.end.offset
    if not run.heredocs:
        return parse_script(data[start:end], start, line.escape)
    if len(data[start:end].split()) == 1:
        body = run.heredocs[0].body.span
        return parse_script(data[body.start.offset : body.end.offset], body.start.offset, head=0)
    return parse_script(data[start : run.span.end.offset], start, line.escape, head=end - start)


def described(command: Command) -> dict[str, Any]:
    """A command as the fixtures write it: only what is there."""
    facts = {
        "connector": command.connector,
        "negated": command.negated,
        "assignments": [f"{each.name}{each.operator}{each.value.value}" for each in command.assignments],
        "words": [word.value for word in command.words],
        "dynamic": [word.value for word in command.words if not word.is_static],
        "redirects": [redirection(each) for each in command.redirects],
        "context": [str(each) for each in command.context],
    }
    return {name: fact for name, fact in facts.items() if fact}


def redirection(redirect: Redirect) -> str:
    descriptor = "" if redirect.descriptor is None else str(redirect.descriptor)
    return f"{descriptor}{redirect.operator} {redirect.target.value if redirect.target else ''}".strip()


def words_of(command: Command) -> list[Word]:
    words = [*command.words, *(assignment.value for assignment in command.assignments)]
    words += [redirect.target for redirect in command.redirects if redirect.target]
    return words + [redirect.body for redirect in command.redirects if redirect.body]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_commands_of_real_scripts(path: Path) -> None:
    expected = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    script = run_script(path.read_bytes())
    assert [described(command) for command in script.commands] == expected["commands"]
    assert not script.has_error


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_offsets_are_those_of_the_file(path: Path) -> None:
    data = path.read_bytes()
    script = run_script(data)
    assert data[script.start : script.end].decode() == script.text
    for command in script.commands:
        assert command.start < command.end
        for word in words_of(command):
            assert data[word.start : word.end].decode() == word.text


def commands(script: str) -> tuple[Command, ...]:
    return parse_script(script.encode()).commands


def values(script: str) -> list[list[str]]:
    return [[word.value for word in command.words] for command in commands(script)]


def test_a_redirection_behind_a_list_belongs_to_its_last_command() -> None:
    first, second = commands("a && b > f 2>&1")
    assert first.redirects == ()
    assert [redirection(each) for each in second.redirects] == ["> f", "2>& 1"]


def test_words_behind_a_redirection_are_arguments() -> None:
    assert values("a > f b 2>&1 -c") == [["a", "b", "-c"]]


def test_a_redirection_of_a_compound_command_reaches_all_inside() -> None:
    assert [redirection(command.redirects[0]) for command in commands("(a; b) > f")] == ["> f", "> f"]


def test_only_the_neighbours_of_a_pipe_are_in_the_pipeline() -> None:
    piped = [Context.PIPELINE in command.context for command in commands("a && { b; } 2>&1 | c && d")]
    assert piped == [False, True, True, False]


def test_the_background_holds_the_whole_list() -> None:
    a, b, c = commands("a && b & c")
    assert a.context == b.context == (Context.BACKGROUND,)
    assert (c.context, c.connector) == ((), "&")


def test_several_heredocs_on_a_line_have_their_own_bodies() -> None:
    first, second, last = commands("cat <<A > x; cat 3<<-'B' > y\na $v\nA\n\tb $v\n\tB\nc")
    assert [(each.body.value, each.body.is_static) for each in first.redirects if each.body] == [("a $v\n", False)]
    assert [(each.body.value, each.body.is_static) for each in second.redirects if each.body] == [("b $v\n", True)]
    assert second.redirects[0].descriptor == 3
    assert last.name == "c"


@pytest.mark.parametrize(
    ("text", "value", "is_static"),
    [
        ("'a b'\"c\"d", "a bcd", True),
        (r"a\ b", "a b", True),
        (r'"\$x \"y\" \z"', r'$x "y" \z', True),
        ('"$x"/y', "$x/y", False),
        ("*.txt", "*.txt", False),
        (r"\*.txt", "*.txt", True),
        ("'*'", "*", True),
        ("~/x", "~/x", False),
        ("{a,b}", "{a,b}", False),
        ("{}", "{}", True),
        ("$(a b)", "$(a b)", False),
        ("`a`", "`a`", False),
        ("<(a)", "<(a)", False),
        ("안녕", "안녕", True),
    ],
)
def test_a_word_s_value(text: str, value: str, is_static: bool) -> None:
    command = commands(f"echo {text}")[0]
    assert [(word.text, word.value, word.is_static) for word in command.arguments] == [(text, value, is_static)]


def test_options_and_operands() -> None:
    (command,) = commands("/usr/bin/apt-get -y install --no-install-recommends a - -- -b")
    assert (command.name, command.program) == ("/usr/bin/apt-get", "apt-get")
    assert [word.value for word in command.options] == ["-y", "--no-install-recommends"]
    assert [word.value for word in command.operands] == ["install", "a", "-", "-b"]


@pytest.mark.parametrize(
    ("script", "inner"),
    [
        ("sudo -u x -E apt-get update", "apt-get update"),
        ("env -i A=b B=c nice -n 5 make all", "make all"),
        ("exec gosu www-data php -v", "php -v"),
        ("time -p timeout -k 5 60 curl x", "curl x"),
        ("xargs -r -n 1 rm -f", "rm -f"),
        ("command -v gcc", "command -v gcc"),
        ("sudo", "sudo"),
        ("exec > log", "exec"),
    ],
)
def test_wrappers_are_seen_through(script: str, inner: str) -> None:
    command = unwrap(commands(script)[0])
    assert " ".join(word.value for word in command.words) == inner
    assert script.encode()[command.start :].startswith(inner.encode())


def test_assignments_of_env_are_those_of_the_command() -> None:
    script = "env A=b 'C=d e' make"
    found = [(each.name, each.value.value) for each in unwrap(commands(script)[0]).assignments]
    assert found == [("A", "b"), ("C", "d e")]


@pytest.mark.parametrize(
    "script",
    [
        "bash -o pipefail -ec 'a b; c'",
        "bash -eo pipefail -c 'a b; c'",
        'sudo sh -c "a b; c"',
        "su x -c 'a b; c'",
        "eval 'a b; c'",
        "sh -e <<X\na b; c\nX\n",
        "bash -s -- x <<X\na b; c\nX\n",
    ],
)
def test_a_script_given_as_text_is_read(script: str) -> None:
    inner = [command for command in commands(script) if Context.SCRIPT in command.context]
    assert [script[command.start : command.end] for command in inner] == ["a b", "c"]


@pytest.mark.parametrize(
    "script", [r'sh -c "a \"b\""', "sh -c 'a '\"b\"", "sh script -c a", "sh script <<X\na\nX\n", "eval a b"]
)
def test_what_is_no_script_or_not_the_file_s_bytes_is_left_alone(script: str) -> None:
    assert len(commands(script)) == 1


def test_a_continuation_inside_a_word_does_not_split_it() -> None:
    data = b"ap\\\n# why\n\nt-get \\\n  install"
    assert [word.value for word in parse_script(data, 7).commands[0].words] == ["apt-get", "install"]
    assert [word.value for word in parse_script(data, 7, "`").commands[0].words] != ["apt-get", "install"]


def test_a_heredoc_s_lines_have_no_dockerfile_continuations() -> None:
    words = parse_script(b"a \\\n# not skipped\nb", head=0).commands
    assert [command.name for command in words] == ["a", "b"]


@pytest.mark.parametrize(
    ("shell", "base_is_windows", "escape", "kind"),
    [
        (None, False, "\\", ShellKind.POSIX),
        (None, False, "`", ShellKind.POSIX),
        (None, None, "\\", ShellKind.POSIX),
        (None, None, "`", ShellKind.CMD),
        (None, True, "\\", ShellKind.CMD),
        (["/bin/bash", "-o", "pipefail", "-c"], False, "\\", ShellKind.POSIX),
        (["conda", "run", "-n", "x", "/bin/bash", "-c"], False, "\\", ShellKind.POSIX),
        (["powershell", "-Command"], True, "`", ShellKind.POWERSHELL),
        (["C:\\Program Files\\PowerShell\\pwsh.exe", "-Command"], True, "`", ShellKind.POWERSHELL),
        (["cmd", "/S", "/C"], True, "`", ShellKind.CMD),
        (["python3", "-c"], False, "\\", ShellKind.OTHER),
    ],
)
def test_shell_kind(shell: list[str] | None, base_is_windows: bool | None, escape: str, kind: ShellKind) -> None:
    assert shell_kind(shell, base_is_windows=base_is_windows, escape=escape) is kind


@pytest.mark.parametrize("kind", [ShellKind.POWERSHELL, ShellKind.CMD, ShellKind.OTHER])
def test_other_shells_are_not_read(kind: ShellKind) -> None:
    script = parse_script(b"if exist x ( del x )", kind=kind)
    assert script.commands == ()
    assert not script.has_error


def test_long_chains_and_deep_nesting_are_read_in_bounds() -> None:
    assert len(commands(" && ".join(["a"] * 5000))) == 5000
    assert len(commands("( " * 50 + "a" + " )" * 50)) == 1
    assert commands("( " * 5000 + "a" + " )" * 5000) == ()
    assert len(commands("$( " * 5000 + "a" + " )" * 5000)) <= 101


@given(st.binary() | SCRIPT_BYTES, ESCAPES)
def test_blanking_keeps_length_and_changes_continuations_alone(data: bytes, escape: str) -> None:
    blanked = blank(data, escape)
    assert len(blanked) == len(data)
    kept = bytes(new for old, new in zip(data, blanked, strict=True) if old == new)
    assert len(kept) >= len(join(data, escape))


@given(st.binary() | SCRIPT_BYTES, ESCAPES)
def test_without_continuations_blanking_changes_nothing(data: bytes, escape: str) -> None:
    joined = join(data, escape)
    if joined == data:
        assert blank(data, escape) == data


@given(st.binary() | SCRIPT_BYTES, ESCAPES, st.integers(0, 40), st.integers(0, 1000))
def test_any_bytes_are_read_and_spans_are_theirs(data: bytes, escape: str, head: int, start: int) -> None:
    script = parse_script(data, start, escape, head=min(head, len(data)))
    for command in script.commands:
        assert start <= command.start < command.end <= script.end
        for word in words_of(command):
            with suppress(UnicodeEncodeError):
                assert data[word.start - start : word.end - start] == word.text.encode("utf-8", "surrogateescape")
