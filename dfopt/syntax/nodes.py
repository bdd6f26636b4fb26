"""The lossless tree of a Dockerfile.

Every byte of the file is in exactly one `Token`, as part of its prefix or of its text, and `code` and `bytes` of any
node put the bytes together again.  Nodes are frozen; `with_changes` makes a changed copy.  A `span` is known from the
parse: it is that of the original file, also in a changed tree, and what was made by hand is `NOWHERE`.

Spans leave prefixes out: an instruction starts at its keyword, below the comments that belong to it.
"""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import field
from typing import Any, Self

from dfopt.frozen import frozen
from dfopt.syntax.continuations import joined
from dfopt.syntax.positions import NOWHERE, Span


@frozen()
class Node:
    """What all parts of the tree share."""

    def with_changes(self, **changes: Any) -> Self:
        """A copy in which the named fields have other values."""
        return dataclasses.replace(self, **changes)

    @property
    def children(self) -> Iterator["Node"]:
        """The nodes directly below this one, in the order of the file."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Node))

    def tokens(self) -> Iterator["Token"]:
        """All tokens of this node, in the order of the file."""
        for child in self.children:
            yield from child.tokens()

    @property
    def code(self) -> str:
        """The text of this node, prefixes and line ends included."""
        return "".join([token.prefix + token.text for token in self.tokens()])

    @property
    def bytes(self) -> bytes:
        """The bytes of this node, as they stand in the file."""
        return self.code.encode("utf-8", "surrogateescape")

    @property
    def span(self) -> Span:
        """From the first token's text to the end of the last one's."""
        tokens = [token for token in self.tokens() if token.text]
        return Span(tokens[0].span.start, tokens[-1].span.end) if tokens else NOWHERE


@frozen()
class Token(Node):
    """A word of the file behind its prefix: the white space, continuations and comments in front of it.

    `escape` is the escape character of the file that the token was read from.
    """

    prefix: str
    text: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    escape: str = field(default="\\", compare=False, repr=False)

    def tokens(self) -> Iterator["Token"]:
        yield self

    @property
    def value(self) -> str:
        """The text as the builder reads it, without the continuations inside it."""
        return joined(self.text, self.escape)

    @property
    def comments(self) -> tuple[str, ...]:
        """The lines of comment in the prefix, from `#` to the end of each line."""
        lines = (line.strip() for line in self.prefix.split("\n"))
        return tuple(line for line in lines if line.startswith("#"))


@frozen()
class Directive(Node):
    """A parser directive at the head of the file, such as `# syntax=docker/dockerfile:1`."""

    token: Token

    @property
    def name(self) -> str:
        """`syntax`, `escape` or `check`."""
        return self.token.text.partition("=")[0].strip("#").strip().lower()

    @property
    def value(self) -> str:
        """What stands behind the `=`."""
        return self.token.text.partition("=")[2].strip()


@frozen()
class Flag(Node):
    """A flag of the builder, such as `--from=build`; the bare `--` that ends the flags is one without a name."""

    token: Token

    @property
    def name(self) -> str:
        """The name without its dashes, as written."""
        return self.token.value[2:].partition("=")[0]

    @property
    def value(self) -> str | None:
        """What stands behind the `=`, quotes included; None where there is no `=`."""
        _, equals, value = self.token.value.partition("=")
        return value if equals else None


@frozen()
class ExecForm(Node):
    """A JSON array of strings; brackets, strings and commas are its parts."""

    parts: tuple[Token, ...]

    @property
    def strings(self) -> tuple[Token, ...]:
        """The tokens of the strings, quotes included."""
        return tuple([part for part in self.parts if part.text.startswith('"')])

    @property
    def values(self) -> tuple[str, ...]:
        """The strings themselves."""
        return tuple([_read_string(string.value) for string in self.strings])


def _read_string(text: str) -> str:
    """What a JSON string stands for; most of them have no escape, and reading those takes no parser."""
    found: str = json.loads(text) if "\\" in text else text[1:-1]
    return found


@frozen()
class ShellForm(Node):
    """A command line, as the shell gets it."""

    script: Token


@frozen()
class Setting(Node):
    """`name=value`, or `name value` (ENV and LABEL; no `equals`), or a bare `name` (ARG; no `value` either)."""

    name: Token
    equals: Token | None = None
    value: Token | None = None


@frozen()
class Heredoc(Node):
    """A here-document: the lines between the instruction that names it and its terminator.

    `expand` says that variables in the body are expanded (no part of the name was quoted), `chomp` that leading tabs
    are dropped (`<<-`).  `terminator` is None where the file ends before it.
    """

    name: str
    expand: bool
    chomp: bool
    body: Token
    terminator: Token | None = None
    newline: Token | None = None

    @property
    def content(self) -> str:
        """The body, without the leading tabs that `<<-` drops."""
        if not self.chomp:
            return self.body.text
        return "".join([line.lstrip("\t") for line in self.body.text.splitlines(keepends=True)])


@frozen(kw_only=True)
class Instruction(Node):
    """What all instructions share.

    `head` is the keyword, behind the comments and empty lines above it.  `flags` are all flags, known or not.
    `newline` is None at the end of the file and in what an ONBUILD triggers.  `span` ends with the last line,
    here-documents included, in front of its line feed.
    """

    head: Token
    flags: tuple[Flag, ...] = ()
    newline: Token | None = None
    heredocs: tuple[Heredoc, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def keyword(self) -> str:
        """The keyword in capitals."""
        return self.head.value.strip().upper()

    @property
    def arguments(self) -> tuple[Node, ...]:
        """What stands between the flags and the end of the line."""
        raise NotImplementedError

    @property
    def children(self) -> Iterator[Node]:
        yield self.head
        yield from self.flags
        yield from self.arguments
        if self.newline:
            yield self.newline
        yield from self.heredocs

    def flag(self, name: str) -> Flag | None:
        """The last flag of that name."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


@frozen(kw_only=True)
class From(Instruction):
    """`FROM image [AS stage]`."""

    image: Token
    as_: Token | None = None
    stage: Token | None = None

    @property
    def arguments(self) -> tuple[Node, ...]:
        return tuple([token for token in (self.image, self.as_, self.stage) if token])


@frozen(kw_only=True)
class CommandInstruction(Instruction):
    """An instruction with a command line in shell or exec form."""

    command: ShellForm | ExecForm

    @property
    def arguments(self) -> tuple[Node, ...]:
        return (self.command,)


class Run(CommandInstruction):
    """`RUN`."""

    __slots__ = ()


class Cmd(CommandInstruction):
    """`CMD`."""

    __slots__ = ()


class Entrypoint(CommandInstruction):
    """`ENTRYPOINT`."""

    __slots__ = ()


@frozen(kw_only=True)
class Shell(CommandInstruction):
    """`SHELL`, whose command is always in exec form."""

    command: ExecForm


@frozen(kw_only=True)
class Healthcheck(Instruction):
    """`HEALTHCHECK NONE`, or `HEALTHCHECK CMD` with a command."""

    kind: Token
    command: ShellForm | ExecForm | None = None

    @property
    def arguments(self) -> tuple[Node, ...]:
        return (self.kind, self.command) if self.command else (self.kind,)


@frozen(kw_only=True)
class ListInstruction(Instruction):
    """An instruction with a list: words between white space, or a JSON array."""

    words: tuple[Token, ...] | ExecForm

    @property
    def arguments(self) -> tuple[Node, ...]:
        return self.words if isinstance(self.words, tuple) else (self.words,)

    @property
    def items(self) -> tuple[Token, ...]:
        """The token of each word of the list, quotes of JSON included."""
        return self.words if isinstance(self.words, tuple) else self.words.strings

    @property
    def values(self) -> tuple[str, ...]:
        """The words of the list, not expanded."""
        return tuple([word.value for word in self.words]) if isinstance(self.words, tuple) else self.words.values


class Transfer(ListInstruction):
    """What COPY and ADD share: the last word of the list is the destination, the others are sources."""

    __slots__ = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return self.values[:-1]

    @property
    def destination(self) -> str:
        return self.values[-1]


class Copy(Transfer):
    """`COPY`."""

    __slots__ = ()


class Add(Transfer):
    """`ADD`."""

    __slots__ = ()


class Volume(ListInstruction):
    """`VOLUME`."""

    __slots__ = ()


@frozen(kw_only=True)
class Expose(ListInstruction):
    """`EXPOSE`, whose list is never JSON."""

    words: tuple[Token, ...]


@frozen(kw_only=True)
class SettingInstruction(Instruction):
    """An instruction that gives values to names."""

    settings: tuple[Setting, ...]

    @property
    def arguments(self) -> tuple[Node, ...]:
        return self.settings


class Env(SettingInstruction):
    """`ENV`."""

    __slots__ = ()


class Label(SettingInstruction):
    """`LABEL`."""

    __slots__ = ()


class Arg(SettingInstruction):
    """`ARG`, whose settings may lack a value."""

    __slots__ = ()


@frozen(kw_only=True)
class TextInstruction(Instruction):
    """An instruction whose argument is the rest of its line."""

    argument: Token

    @property
    def arguments(self) -> tuple[Node, ...]:
        return (self.argument,)


class User(TextInstruction):
    """`USER`."""

    __slots__ = ()


class Workdir(TextInstruction):
    """`WORKDIR`."""

    __slots__ = ()


class Stopsignal(TextInstruction):
    """`STOPSIGNAL`."""

    __slots__ = ()


class Maintainer(TextInstruction):
    """`MAINTAINER`."""

    __slots__ = ()


@frozen(kw_only=True)
class Onbuild(Instruction):
    """`ONBUILD`, with the instruction that it triggers."""

    trigger: Instruction

    @property
    def arguments(self) -> tuple[Node, ...]:
        return (self.trigger,)


@frozen(kw_only=True)
class Unknown(Instruction):
    """An instruction that can't be read: its keyword is unknown, or its arguments are not of its form."""

    words: tuple[Node, ...] = ()

    @property
    def arguments(self) -> tuple[Node, ...]:
        return self.words


@frozen()
class Problem:
    """What the builder would refuse, or what it only tolerates, in one place of the file."""

    code: str
    message: str
    span: Span
    fatal: bool = True


@frozen()
class Dockerfile(Node):
    """A whole file.

    `mark` is the byte order mark, `trailer` what follows the last instruction.  `escape` is the escape character.
    `problems` tells what is wrong with the file, in its order.
    """

    mark: Token | None
    directives: tuple[Directive, ...]
    instructions: tuple[Instruction, ...]
    trailer: Token | None
    escape: str = "\\"
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def directive(self, name: str) -> str | None:
        """The value of a parser directive."""
        return next((each.value for each in self.directives if each.name == name), None)
