"""A program that fetches files, written in the terms of the other: `wget -qO f URL` as `curl -fsSL -o f URL`, and back.

Only what both do alike is rewritten; any option, address or place that is not known here gives None.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from dfopt.model.invocations import Invocation
from dfopt.rules.chains import Edits, delete_word
from dfopt.syntax.commands import Context, Word
from dfopt.syntax.edits import Edit

_VARIABLE = r"\$\w++|\$\{\w+(?:[%#:/][^{}]*)?\}"
_SUBSTITUTION = r"\$\([^()]*\)|`[^`]*`"
_ADDRESS = re.compile(rf"(?:(?:https?|ftp)://|{_VARIABLE})(?:{_VARIABLE}|{_SUBSTITUTION}|[^\s{{}}\[\]\\`$*()])*")
_ADDRESS_OF_FILE = re.compile(
    rf"(?:(?:https?|ftp)://(?:{_VARIABLE}|{_SUBSTITUTION}|[^/?#`$()])+|{_VARIABLE})"
    rf"(?:{_VARIABLE}|{_SUBSTITUTION}|[^?#`$()])*/(?:\$\w++|\$\{{\w+\}}|\$\([\w -]+\)|[\w.+@~:,=-])+"
)
_NAME_IN_TEXT = re.compile(r"/((?:\$\w++|\$\{\w+\}|[\w.+@~:,=-])+)(?P<quote>[\"']?)\Z")
_SECRET = re.compile(r"cookie|authorization|\$", re.IGNORECASE)
_TO_CAPTURE = frozenset({Context.PIPELINE, Context.SUBSTITUTION})

Written = tuple[str, str]
"""An option as the other program has it, and its value as text of the shell; both empty where it needs none."""

Writer = Callable[[str], Written | None]
"""Writes the value of an option; None where the other program has no such option, or not with this value."""

_NOTHING: Written = ("", "")


class _Given(NamedTuple):
    """The options of one word, and the value of the last one as it stands in the file: `apart` where it is a word."""

    word: Word
    names: tuple[str, ...]
    value: str
    apart: Word | None


class _Arguments(NamedTuple):
    options: tuple[_Given, ...]
    operands: tuple[Word, ...]


def _value_kept(name: str) -> Writer:
    return lambda value: (name, value)


def _number_kept(name: str, *, less: int = 0) -> Writer:
    """The option with a number, one less where the first attempt counts as one."""

    def write(value: str) -> Written | None:
        if not value.isdecimal() or int(value) < max(less, 1):
            return None
        return (name, str(int(value) - less)) if int(value) > less else _NOTHING

    return write


def _header(name: str) -> Writer:
    """A header that both send to whatever host a redirection names; curl holds secrets back there."""
    return lambda value: None if _SECRET.search(value) else (name, value)


def _timeout(value: str) -> Written | None:
    return (f"--connect-timeout {value} --speed-time", value) if value.isdecimal() and int(value) else None


_WGET_PLAIN: Mapping[str, str] = {
    **dict.fromkeys(
        "-q --quiet -nv --no-verbose -v --verbose --show-progress --no-hsts --no-cookies -c --continue".split(), ""
    ),
    "--no-check-certificate": "-k",
    "-4": "-4",
    "--inet4-only": "-4",
}
_WGET_VALUED: Mapping[str, Writer] = {
    "-O": _value_kept("-o"),
    "--output-document": _value_kept("-o"),
    "-P": _value_kept("--create-dirs -o"),
    "--directory-prefix": _value_kept("--create-dirs -o"),
    "--header": _header("-H"),
    "-U": _value_kept("-A"),
    "--user-agent": _value_kept("-A"),
    "-t": _number_kept("--retry", less=1),
    "--tries": _number_kept("--retry", less=1),
    "--waitretry": _number_kept("--retry-delay"),
    "-T": _timeout,
    "--timeout": _timeout,
    "--connect-timeout": _number_kept("--connect-timeout"),
    "--read-timeout": _number_kept("--speed-time"),
    "--progress": lambda _: _NOTHING,
}
_CURL_PLAIN: Mapping[str, str] = {
    **dict.fromkeys(
        "-f --fail -s --silent -S --show-error -L --location -# --progress-bar -O --remote-name".split(), ""
    ),
    "-k": "--no-check-certificate",
    "--insecure": "--no-check-certificate",
}
_CURL_VALUED: Mapping[str, Writer] = {
    "-o": _value_kept("-O"),
    "--output": _value_kept("-O"),
    "-A": _value_kept("-U"),
    "--user-agent": _value_kept("-U"),
    "-H": _header("--header"),
    "--header": _header("--header"),
}
_Tables = tuple[Mapping[str, str], Mapping[str, Writer]]
_FOLDER = frozenset({"-P", "--directory-prefix"})
_WGET_OUTPUT = frozenset({"-O", "--output-document"})
_CURL_OUTPUT = frozenset({"-o", "--output"})
_FOLLOWS = frozenset({"-L", "--location"})
_CURL_NAME = frozenset({"-O", "--remote-name"})


def as_curl(command: Invocation) -> Edits | None:
    """What makes a `wget` a `curl` that fetches the same."""
    given = _arguments(command, _WGET_PLAIN, _WGET_VALUED) if _is_plain(command) else None
    if given is None or len(given.operands) != 1:
        return None
    address = given.operands[0]
    outputs = _named(given, _WGET_OUTPUT)
    folders = _named(given, _FOLDER)
    if len(outputs) + len(folders) > 1:
        return None
    to_pipe = bool(outputs) and outputs[0].value == "-"
    if not _fits(command, address, is_named=bool(outputs), to_pipe=to_pipe):
        return None
    dropped = {outputs[0]} if to_pipe else set()
    values: dict[_Given, str] = {}
    if folders:
        name = _name_of(address)
        if name is None or Context.SCRIPT in command.context or not folders[0].value:
            return None
        values[folders[0]] = f"{folders[0].value.removesuffix('/')}/{name}"
    start = "curl -fsSL" if outputs or folders else "curl -fsSLO"
    return _rewritten(command, start, given, (_WGET_PLAIN, _WGET_VALUED), values, dropped)


def as_wget(command: Invocation) -> Edits | None:
    """What makes a `curl` a `wget` that fetches the same; only options that the one of BusyBox has too."""
    given = _arguments(command, _CURL_PLAIN, _CURL_VALUED) if _is_plain(command) else None
    if given is None or len(given.operands) != 1 or not _named(given, _FOLLOWS):
        return None
    address = given.operands[0]
    outputs, by_name = _named(given, _CURL_OUTPUT), _named(given, _CURL_NAME)
    if len(outputs) + len(by_name) > 1:
        return None
    to_pipe = outputs[0].value == "-" if outputs else not by_name
    if not _fits(command, address, is_named=not by_name, to_pipe=to_pipe):
        return None
    dropped = set(outputs) if to_pipe else set()
    return _rewritten(command, "wget -qO-" if to_pipe else "wget -q", given, (_CURL_PLAIN, _CURL_VALUED), {}, dropped)


def _is_plain(command: Invocation) -> bool:
    """Whether a command is run as it stands there, or by sudo as root, and only whether it succeeds can matter."""
    if (
        command.script is None
        or command.run.is_trigger
        or not command.words
        or command.words[0].text != command.program
    ):
        return False
    outer = command.outer
    by_root = outer.program == "sudo" and len(outer.words) == len(command.words) + 1
    return (by_root or not command.is_wrapped) and not outer.negated and Context.CONDITION not in command.context


def _fits(command: Invocation, address: Word, *, is_named: bool, to_pipe: bool) -> bool:
    """Whether the address is one that both take alike, and the output goes where both write it."""
    if not _TO_CAPTURE.isdisjoint(command.context) and (not to_pipe or _captures_errors(command)):
        return False
    pattern = _ADDRESS if is_named else _ADDRESS_OF_FILE
    return pattern.fullmatch(address.value) is not None and (
        address.is_static or pattern.fullmatch(command.value(address)) is not None
    )


def _captures_errors(command: Invocation) -> bool:
    """Whether what the program says of itself is read by another one."""
    following = command.following[:1]
    return any(each.operator == ">&" and each.descriptor == 2 for each in command.redirects) or (
        bool(following) and following[0].connector == "|&"
    )


def _arguments(command: Invocation, plain: Collection[str], valued: Collection[str]) -> _Arguments | None:
    """The arguments of a command; None where one is an option that is not known, or is written in quotes."""
    options: list[_Given] = []
    operands: list[Word] = []
    left = list(command.arguments)[::-1]
    while left:
        word = left.pop()
        if not word.value.startswith("-"):
            operands.append(word)
            continue
        found = _read_option(word, plain, valued)
        if found is None:
            return None
        names, value = found
        needs_value = names[-1] in valued and value is None
        if needs_value and not left:
            return None
        apart = left.pop() if needs_value else None
        options.append(_Given(word, names, apart.text if apart else value or "", apart))
    return _Arguments(tuple(options), tuple(operands))


def _read_option(
    word: Word, plain: Collection[str], valued: Collection[str]
) -> tuple[tuple[str, ...], str | None] | None:
    """The options of a word, and the value of the last one where the word has it."""
    text = word.text
    name, equals, value = text.partition("=")
    if text in plain:
        return (text,), None
    if text.startswith("--"):
        return ((name,), value if equals else None) if name in valued else None
    names: list[str] = []
    for at, letter in enumerate(text[1:], 2):
        names.append(f"-{letter}")
        if names[-1] in valued:
            return tuple(names), text[at:] or None
        if names[-1] not in plain:
            return None
    return (tuple(names), None) if names else None


def _named(given: _Arguments, names: Collection[str]) -> list[_Given]:
    return [each for each in given.options if not set(names).isdisjoint(each.names)]


def _name_of(address: Word) -> str | None:
    """The last part of an address, as text of the shell that can stand behind a folder."""
    found = _NAME_IN_TEXT.search(address.text)
    if found is None or (found["quote"] == "'" and "$" in found[1]):
        return None
    return f'"{found[1]}"' if "$" in found[1] and found["quote"] else found[1]


def _rewritten(
    command: Invocation,
    start: str,
    given: _Arguments,
    tables: _Tables,
    values: Mapping[_Given, str],
    dropped: Collection[_Given],
) -> Edits | None:
    """Each option written as the other program has it, word by word, so that the author's lines stay."""
    program = command.words[0]
    edits = [Edit(program.start, program.end, start)]
    for option in given.options:
        written = _written(option, tables, "" if option in dropped else values.get(option, option.value))
        changes = None if written is None else _changes(command, option, *written)
        if changes is None:
            return None
        edits += changes
    return tuple(edits)


def _written(option: _Given, tables: _Tables, value: str) -> Written | None:
    plain, valued = tables
    flags = " ".join([plain[name] for name in option.names if plain.get(name)])
    last = option.names[-1]
    if last not in valued or not value:
        return flags, ""
    written = valued[last](value)
    return written and (f"{flags} {written[0]}".strip(), written[1])


def _changes(command: Invocation, option: _Given, flags: str, value: str) -> list[Edit] | None:
    """The edits of one option: its words replaced in their places, or taken out where nothing is left of them."""
    if option.apart is None:
        return _put(command, option.word, f"{flags} {value}".strip())
    first, second = _put(command, option.word, flags), _put(command, option.apart, value)
    return None if first is None or second is None else [*first, *second]


def _put(command: Invocation, word: Word, text: str) -> list[Edit] | None:
    if text == word.text:
        return []
    if text:
        return [Edit(word.start, word.end, text)]
    edits = delete_word(command, word)
    return None if edits is None else list(edits)
