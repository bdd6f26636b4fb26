"""Which variables of a script are one word, whatever way it takes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from dfopt.cached import cached_property
from dfopt.model.runs import RunFacts
from dfopt.rules.shared.expansions import Token, tokens
from dfopt.syntax.commands import Command, Context
from dfopt.syntax.shell import Script

_DECLARES = frozenset({"declare", "export", "local", "readonly", "typeset"})
_LOSES_VALUE = frozenset({"getopts", "mapfile", "printf", "read", "readarray", "unset"})
_OPAQUE = frozenset({".", "eval", "source"})
_HIDDEN = frozenset({Context.SCRIPT, Context.SUBSTITUTION})
_FOR = re.compile(
    rb"(?<![\w./$-])for[ \t]+(?P<name>[A-Za-z_]\w*)[ \t]+in\b(?P<list>[^;\n]*)(?P<end>[;\n]\s*do\b)?", re.ASCII
)
_DEFAULTED = re.compile(rb"\$\{(\w+):?=")
_CLOSER = re.compile(rb"[)}]|\b(?:done|esac|fi)\b")
_OPENER = re.compile(rb"[({]|\b(?:case|for|if|until|while)\b")
_SEPARATOR = re.compile(rb"[;\n]|\|\||(?<!&)&(?!&)")
_GROUP = re.compile(rb"(?:\A|[\s;&|(])\{\s")
_STANDS_ALONE = re.compile(rb"[ \t\r]*[;\n]")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.ASCII | re.DOTALL)
_SUBSTITUTION = re.compile(r"\$\(|`")
_SUBSTITUTED = re.compile(r"\$\([^()]*\)|`[^`]*`")
_BLANK = re.compile(r"\s")
_WOULD_CHANGE = re.compile(r"\s{2}|[\n*?\[`]|\$\(|\A['\"]?\s|\s['\"]?\Z")
_ONE_WORD = re.compile(r"[^\s*?\[]+")
_PRINTS_ONE_WORD = re.compile(
    r"""(?:\$\(|`)\s*(?:
        apk\ --print-arch | arch | cat\ /etc/apk/arch | date\ \+[%\w.:-]+ | dpkg\ --print-architecture
        | dpkg-architecture\ -q\w+ | dpkg-architecture\ --query\ \w+
        | getconf\ _NPROCESSORS_ONLN | id\ -[gu] | lsb_release\ -(?:cs|sc|rs|sr)
        | mktemp(?:\ -d)? | nproc(?:\ --all)? | uname\ -[mrs] | whoami
    )\s*[)`]""",
    re.VERBOSE | re.ASCII,
)


_PRINTS_ONE_THING = re.compile(
    r"""(?:\$\(|`)\s*(?:
        (?:basename|date|dirname)\b(?!\s+(?:-a|--multiple)\b)[^|;&\n]* | hostname(?:\ -[fs])? | pwd(?:\ -[LP])?
        | (?:which|command\ -v|readlink(?:\ -[efm])?|realpath)\s+[^\s|;&]+(?:\s+2>\s*/dev/null)?
        | getconf\ \w+ | id\ -[gu]\ [^|;&\n]+ | npm\ (?:bin|root)(?:\ -g)? | [\w-]+-config\ --[a-z-]*(?:dir|prefix)
        | getent\ (?:group|passwd)\ [^\s|;&]+\s*\|\s*cut\ [^|;&\n]*
    )\s*[)`]\Z""",
    re.VERBOSE | re.ASCII,
)
_PRINTS_SEVERAL = re.compile(
    r"""--(?:cflags|ldflags|libs)\b | \bxargs\b | \btr\s+['"]?\\n['"]?\s+['"]\s['"]
        | \b(?:echo|printf)\s+(?:-\w+\s+)?(?:"[^"]*\s[^"]*"|'[^']*\s[^']*')
        | \bcut\s+-d\s*['"]?[:,]['"]?\s+-f\s*[2-9] | \b[ag]?awk\s+-F\s*['"]?[:,]""",
    re.VERBOSE | re.ASCII,
)
_IS_EVERYWHERE = re.compile(r"(?:\$\(|`)\s*(?:date|id|mktemp|nproc|uname|whoami)\b")


def prints_one_word(substitution: str, *, alone: bool = False) -> bool:
    """Whether a substitution runs a command that prints one word; where it stands `alone`, one that every image has."""
    is_there = not alone or _IS_EVERYWHERE.match(substitution) is not None
    return is_there and _PRINTS_ONE_WORD.fullmatch(substitution) is not None


def prints_one_thing(substitution: str) -> bool:
    """Whether a substitution prints a path, a name or a number by its nature, and hardly ever nothing."""
    return _PRINTS_ONE_THING.match(substitution) is not None or prints_one_word(substitution)


def prints_several(substitution: str) -> bool:
    """Whether a substitution prints several words by its nature, or blanks around the only one."""
    return _PRINTS_SEVERAL.search(substitution) is not None


class Source(Enum):
    """Where a variable gets a value."""

    VALUE = "assigned"
    ITEM = "an item of a list that a loop goes through"
    FILE = "a file that a loop goes through"
    UNKNOWN = "anything"


class Binding(NamedTuple):
    """A place that gives a variable a value: `text` as it is written, in the bytes of the file up to `end`."""

    source: Source
    text: str
    end: int
    command: Command | None = None


class Variables:
    """The variables of one script."""

    def __init__(self, run: RunFacts, script: Script, text: bytes) -> None:
        """`text` is the script as `readable` gives it."""
        self._run = run
        self._script = script
        self._text = text

    @property
    def splits_otherwise(self) -> bool:
        """Whether the script says itself where values are split into words."""
        return b"IFS" in self._text and "IFS" in self._bindings

    def is_word_of_file(self, name: str) -> bool:
        """Whether a variable is left as ENV and ARG set it, to one word by default."""
        return _ONE_WORD.fullmatch(self._run.env.get(name, "")) is not None and name not in self._bindings

    def is_one_word(self, name: str, command: Command, *, alone: bool) -> bool:
        """Whether a variable is exactly one word without characters of patterns where a command uses it.

        Where it does not stand `alone` but is a part of a longer word, it may be empty, too.
        """
        bindings = self._bindings.get(name)
        if bindings is None:
            return not self._run.config.args and self.is_word_of_file(name)
        if self._is_opaque or not all(self._is_word(each) for each in bindings):
            return False
        return any(self._reaches(each, command) for each in bindings) or not alone

    def is_split(self, name: str) -> bool:
        """Whether a variable may get several words, by the script or by ENV and ARG."""
        if name not in self._bindings:
            return name in self._run.env and not self.is_word_of_file(name)
        return any(_may_have_blanks(each) for each in self._bindings[name])

    def is_same_when_joined(self, name: str) -> bool:
        """Whether the words of a variable with one blank between each make up its value, as far as that is known."""
        texts = [each.text for each in self._bindings.get(name, ()) if each.source is not Source.UNKNOWN]
        is_known = name in self._run.env or bool(texts)
        return is_known and not any(_WOULD_CHANGE.search(text) for text in (*texts, self._run.env.get(name, "")))

    def is_item(self, name: str, command: Command) -> bool:
        """Whether a variable is what a loop around a command goes through."""
        bindings = self._bindings.get(name, [])
        return bool(bindings) and all(
            each.source in (Source.ITEM, Source.FILE) and self._reaches(each, command) for each in bindings
        )

    @cached_property
    def _is_opaque(self) -> bool:
        """Whether commands that are not seen here may set any variable."""
        return any(each.program in _OPAQUE for each in self._script.commands)

    @cached_property
    def _bindings(self) -> Mapping[str, list[Binding]]:
        found: defaultdict[str, list[Binding]] = defaultdict(list)
        for command in self._script.commands:
            for name, binding in _of_command(command):
                found[name].append(binding)
        for name, binding in self._loops():
            found[name].append(binding)
        for name in _DEFAULTED.findall(self._script.source.data):
            found[name.decode()].append(Binding(Source.UNKNOWN, "", 0))
        return found

    @cached_property
    def _leaves_at_failure(self) -> frozenset[int]:
        """Where the commands start at whose failure the shell leaves, if they stand alone."""
        return frozenset([each.start for each in self._run.commands if each.errexit])

    def _loops(self) -> Iterator[tuple[str, Binding]]:
        for loop in _FOR.finditer(self._text) if b"for" in self._text else ():
            text = loop["list"].decode("utf-8", "replace")
            source = _source_of_items(text) if loop["end"] else Source.UNKNOWN
            yield loop["name"].decode(), Binding(source, text, self._script.start + loop.end("list"))

    def _is_word(self, binding: Binding) -> bool:
        if binding.source is Source.ITEM:
            return True
        parts = tokens(binding.text) if binding.source is Source.VALUE and binding.text else None
        return parts is not None and all(self._is_part_of_word(part, binding) for part in parts)

    def _is_part_of_word(self, part: Token, binding: Binding) -> bool:
        """Whether a part of a value has neither blanks nor characters of patterns, and is not empty."""
        if part.kind == "quoted" and part.text[0] == '"' and ("$" in part.text or "`" in part.text):
            inner = tokens(part.text[1:-1])
            return inner is not None and all(self._is_part_of_word(each, binding) for each in inner)
        if part.kind == "quoted":
            return _ONE_WORD.fullmatch(part.text[1:-1]) is not None
        if part.kind == "variable":
            return binding.command is not None and self._is_known(part.name, binding.command)
        if part.kind == "substitution":
            return prints_one_word(part.text) and not _hides_status(binding.command)
        return part.kind == "plain"

    def _is_known(self, name: str, command: Command) -> bool:
        """Whether a variable is one word: of ENV, or one that the script has set before."""
        earlier = all(each.end < command.start for each in self._bindings.get(name, ()))
        return earlier and self.is_one_word(name, command, alone=True)

    def _reaches(self, binding: Binding, command: Command) -> bool:
        """Whether a command runs only where a variable has got its value."""
        setter = binding.command
        if binding.end > command.start or Context.FUNCTION in command.context:
            return False
        if setter is None:
            return Context.LOOP in command.context and b"done" not in self._between(binding.end, command.start)
        if setter.context or setter.negated or setter.connector not in (None, ";", "&&"):
            return False
        if _GROUP.search(self._text, 0, setter.start - self._script.start):
            return False
        is_sure = setter.connector != "&&" and (not _SUBSTITUTION.search(binding.text) or self._is_checked(setter))
        return is_sure or not self._ends_list(setter, command)

    def _is_checked(self, command: Command) -> bool:
        """Whether the shell leaves where a command fails."""
        return command.start in self._leaves_at_failure and bool(
            _STANDS_ALONE.match(self._text, command.end - self._script.start)
        )

    def _ends_list(self, first: Command, last: Command) -> bool:
        """Whether the list of commands that one stands in may end in front of another one."""
        before = first
        for each in self._script.commands:
            if first.start < each.start <= last.start and not _HIDDEN.intersection(each.context):
                if self._is_separated(before, each):
                    return True
                before = each
        return self._is_separated(before, last) if before.end <= last.start else False

    def _is_separated(self, before: Command, after: Command) -> bool:
        """Whether something else than `&&` stands between two neighbours, outside of the compounds around them."""
        gap = self._between(before.end, after.start)
        if before.context and before.context != (Context.PIPELINE,):
            closers = [closer.end() for closer in _CLOSER.finditer(gap)]
            return bool(closers) and _SEPARATOR.search(gap, closers[-1]) is not None
        opener = _OPENER.search(gap)
        return _SEPARATOR.search(gap, 0, opener.start() if opener else len(gap)) is not None

    def _between(self, start: int, end: int) -> bytes:
        """The bytes between two offsets of the file."""
        return self._text[start - self._script.start : end - self._script.start]


def _of_command(command: Command) -> Iterator[tuple[str, Binding]]:
    if Context.SCRIPT in command.context:
        return
    if not command.words:
        for each in command.assignments:
            source = Source.VALUE if each.operator == "=" and not _is_in_function(command) else Source.UNKNOWN
            yield each.name, Binding(source, each.value.text, command.end, command)
    elif command.program in _DECLARES:
        for word in command.arguments:
            if assignment := _ASSIGNMENT.fullmatch(word.text):
                source = Source.UNKNOWN if _is_in_function(command) else Source.VALUE
                yield assignment[1], Binding(source, assignment[2], command.end, command)
            elif command.program not in ("export", "readonly"):
                yield word.value, Binding(Source.UNKNOWN, "", command.end, command)
    elif command.program in _LOSES_VALUE:
        for word in command.arguments:
            yield word.value, Binding(Source.UNKNOWN, "", command.end, command)


def _is_in_function(command: Command) -> bool:
    return Context.FUNCTION in command.context


def _hides_status(command: Command | None) -> bool:
    """Whether the script goes on, with nothing in the variable, where a substitution fails."""
    return command is None or bool(command.words)


def _source_of_items(text: str) -> Source:
    found: set[Source] = set()
    for item in text.split():
        parts = tokens(item)
        if parts is None or any(part.kind == "quoted" for part in parts):
            return Source.UNKNOWN if "'" in item or '"' in item else Source.ITEM
        found.add(Source.FILE if any(part.kind == "other" for part in parts) else Source.ITEM)
    return Source.FILE if Source.FILE in found else Source.ITEM


def _may_have_blanks(binding: Binding) -> bool:
    if binding.source is not Source.VALUE:
        return binding.source is Source.UNKNOWN
    text, count = _SUBSTITUTED.subn("", binding.text)
    while count:
        text, count = _SUBSTITUTED.subn("", text)
    text = text.strip("\"'")
    return _BLANK.search(text) is not None and not _is_substituted(binding.text)


def _is_substituted(text: str) -> bool:
    """Whether a value is substitutions and plain text."""
    is_quoted = text[0] == '"' == text[-1]
    parts = tokens(text[1:-1] if is_quoted else text)
    return parts is not None and all(part.kind != "quoted" for part in parts)
