"""From the rules of the grammar to the nodes of the tree."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import lark

from dfopt.frozen import frozen
from dfopt.syntax import nodes
from dfopt.syntax.continuations import CONTINUATIONS
from dfopt.syntax.leaves import Leaf
from dfopt.syntax.nodes import (
    Directive,
    Dockerfile,
    ExecForm,
    Flag,
    Heredoc,
    Instruction,
    Problem,
    Setting,
    ShellForm,
    Token,
)
from dfopt.syntax.positions import BEGINNING, Position, Span, advance

if TYPE_CHECKING:
    from dfopt.syntax.heredocs import HeredocMark

FLAGS = {
    "FROM": frozenset(("platform",)),
    "RUN": frozenset(("mount", "network", "security", "device")),
    "COPY": frozenset(("from", "chown", "chmod", "link", "parents", "exclude")),
    "ADD": frozenset(("chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude")),
    "HEALTHCHECK": frozenset(("interval", "timeout", "start-period", "start-interval", "retries")),
}
"""The flags of each instruction (frontend/dockerfile/instructions of BuildKit); the other instructions have none."""

_EXEC_PART = {
    escape: re.compile(rf'((?:\s|{each.pattern})*)([\[\],]|"(?:{each.pattern}|[^"\\]|\\.)*")', re.DOTALL)
    for escape, each in CONTINUATIONS.items()
}

Leaves = list[Leaf]
Fields = dict[str, Any]


class UnreadableError(Exception):
    """The arguments of an instruction are not of its form; the message says why."""


@frozen()
class Statement:
    """An instruction in the making, before its line has ended."""

    kind: type[Instruction]
    fields: Fields
    end: Position
    problems: list[Problem]

    def instruction(self, newline: Token | None, heredocs: tuple[Heredoc, ...], end: Position) -> Instruction:
        """The finished node."""
        span = Span(self.fields["head"].span.start, end)
        return self.kind(**self.fields, newline=newline, heredocs=heredocs, span=span)


def _rule(*kinds: type[Instruction], read: Callable[[Leaves], Fields]) -> Callable[..., Statement]:
    """The method for these kinds of instruction: `read` makes their fields from the terminals behind the flags."""
    by_keyword = {kind.__name__.upper(): kind for kind in kinds}

    def statement(_builder: "Builder", children: Leaves) -> Statement:
        keyword, head = children[0].type, children[0].token
        first = 1
        while first < len(children) and children[first].type in ("FLAG", "END_OF_FLAGS"):
            first += 1
        flags = tuple([Flag(leaf.token) for leaf in children[1:first]])
        end = children[-1].token.span.end
        problems = _unknown_flags(keyword, flags) if flags else []
        try:
            fields = read(children[first:])
        except UnreadableError as error:
            words = tuple([leaf.token for leaf in children[first:]])
            problem = Problem("unreadable-instruction", f"{keyword} {error}", Span(head.span.start, end))
            fields = {"head": head, "flags": flags, "words": words}
            return Statement(nodes.Unknown, fields, end, [*problems, problem])
        fields["head"] = head
        fields["flags"] = flags
        return Statement(by_keyword[keyword], fields, end, problems)

    return statement


def _unknown_flags(keyword: str, flags: tuple[Flag, ...]) -> list[Problem]:
    known = FLAGS.get(keyword, frozenset())
    return [
        Problem("unknown-flag", f"{keyword} has no flag --{flag.name}", flag.span, fatal=False)
        for flag in flags
        if flag.name and flag.name not in known
    ]


def _stage(leaves: Leaves) -> Fields:
    if len(leaves) == 3 and leaves[1].type == "AS":
        return {"image": leaves[0].token, "as_": leaves[1].token, "stage": leaves[2].token}
    if len(leaves) != 1:
        raise UnreadableError("takes an image, or an image, AS and a name for the stage")
    return {"image": leaves[0].token}


def _command(leaves: Leaves) -> Fields:
    return {"command": _command_line(leaves[0]) if leaves else ExecForm(())}


def _command_line(leaf: Leaf) -> ShellForm | ExecForm:
    return _exec_form(leaf.token) if leaf.type == "EXEC" else ShellForm(_not_json(leaf.token))


def _not_json(token: Token) -> Token:
    """A text that is not JSON; the builder refuses arrays that are not of strings, and reads all else as a script."""
    if token.text.startswith("["):
        try:
            json.loads(token.value)
        except (ValueError, RecursionError):
            return token
        raise UnreadableError("takes a JSON array of strings only")
    return token


def _exec_form(token: Token) -> ExecForm:
    parts = []
    at = token.span.start
    prefix = token.prefix
    for match in _EXEC_PART[token.escape].finditer(token.text):
        blank, text = match.groups()
        start = advance(at, blank)
        at = advance(start, text)
        parts.append(Token(prefix + blank, text, Span(start, at), token.escape))
        prefix = ""
    return ExecForm(tuple(parts))


def _shell(leaves: Leaves) -> Fields:
    if not leaves or leaves[0].type != "EXEC":
        raise UnreadableError("takes a JSON array of strings")
    return {"command": _exec_form(leaves[0].token)}


def _health(leaves: Leaves) -> Fields:
    if not leaves:
        raise UnreadableError("takes NONE, or CMD and a command")
    kind, *command = leaves
    match kind.token.value.upper(), len(command):
        case ("NONE", 0):
            return {"kind": kind.token}
        case ("CMD", 1):
            return {"kind": kind.token, "command": _command_line(command[0])}
        case ("NONE", _):
            raise UnreadableError("NONE takes no arguments")
        case ("CMD", _):
            raise UnreadableError("CMD takes a command")
    raise UnreadableError(f"takes NONE or CMD, not {kind.token.value}")


def _list(leaves: Leaves) -> Fields:
    if not leaves:
        raise UnreadableError("takes at least one argument")
    if leaves[0].type == "EXEC":
        return {"words": _exec_form(leaves[0].token)}
    words = tuple([leaf.token for leaf in leaves])
    if words[0].text.startswith("["):
        _not_json(Token("", " ".join([word.text for word in words]), escape=words[0].escape))
    return {"words": words}


def _transfer(leaves: Leaves) -> Fields:
    fields = _list(leaves)
    words = fields["words"]
    if len(words.strings if isinstance(words, ExecForm) else words) < 2:
        raise UnreadableError("takes at least one source, and a destination")
    return fields


def _settings(leaves: Leaves) -> Fields:
    if not leaves:
        raise UnreadableError("takes at least one name with a value")
    if leaves[0].type == "OLD_NAME":
        if len(leaves) == 1:
            raise UnreadableError(f"{leaves[0].token.value} has no value; write {leaves[0].token.value}=value")
        return {"settings": (Setting(leaves[0].token, None, leaves[1].token),)}
    settings = tuple([_setting(leaf.token) for leaf in leaves])
    for setting in settings:
        if setting.equals is None:
            name = setting.name.value
            raise UnreadableError(f"{name} has no value; quote the blanks in the value before it, or write {name}=")
    return {"settings": settings}


def _names(leaves: Leaves) -> Fields:
    if not leaves:
        raise UnreadableError("takes at least one name")
    return {"settings": tuple([_setting(leaf.token) for leaf in leaves])}


def _setting(token: Token) -> Setting:
    name, equals, value = _at_equals(token)
    if not equals:
        return Setting(token)
    start, end = token.span
    behind_name = advance(start, name)
    behind_equals = advance(behind_name, equals)
    return Setting(
        Token(token.prefix, name, Span(start, behind_name), token.escape),
        Token("", equals, Span(behind_name, behind_equals), token.escape),
        Token("", value, Span(behind_equals, end), token.escape),
    )


def _at_equals(token: Token) -> tuple[str, str, str]:
    """The text in front of its first equals sign, that sign, and the text behind it."""
    name, equals, value = token.text.partition("=")
    if "\n" not in name:
        return name, equals, value
    skipped = CONTINUATIONS[token.escape].sub(lambda match: "\n" * len(match[0]), token.text)
    at = skipped.find("=")
    return (token.text, "", "") if at < 0 else (token.text[:at], "=", token.text[at + 1 :])


def _text(leaves: Leaves) -> Fields:
    if not leaves:
        raise UnreadableError("takes an argument")
    return {"argument": leaves[0].token}


class Builder(lark.Transformer[Any, Dockerfile]):
    """One method for each rule of the grammar; none keeps anything from one file to the next."""

    stage = _rule(nodes.From, read=_stage)
    command = _rule(nodes.Run, nodes.Cmd, nodes.Entrypoint, read=_command)
    shell = _rule(nodes.Shell, read=_shell)
    health = _rule(nodes.Healthcheck, read=_health)
    transfer = _rule(nodes.Copy, nodes.Add, read=_transfer)
    volumes = _rule(nodes.Volume, read=_list)
    ports = _rule(nodes.Expose, read=_list)
    settings = _rule(nodes.Env, nodes.Label, read=_settings)
    names = _rule(nodes.Arg, read=_names)
    text = _rule(nodes.User, nodes.Workdir, nodes.Stopsignal, nodes.Maintainer, read=_text)

    def unknown(self, children: Leaves) -> Statement:
        head, *rest = children
        end = children[-1].token.span.end
        problem = Problem("unknown-instruction", f"unknown instruction {head.token.value.strip()}", head.token.span)
        fields = {"head": head.token, "words": tuple([leaf.token for leaf in rest])}
        return Statement(nodes.Unknown, fields, end, [problem])

    def onbuild(self, children: list[Any]) -> Statement:
        """ONBUILD: what it triggers is a finished instruction without an end of line."""
        *leaves, trigger = children if isinstance(children[-1], Statement) else [*children, None]
        head = leaves[0].token
        flags = tuple([Flag(leaf.token) for leaf in leaves[1:]])
        if trigger is None:
            end = leaves[-1].token.span.end
            problem = Problem("unreadable-instruction", "ONBUILD takes an instruction", Span(head.span.start, end))
            return Statement(nodes.Unknown, {"head": head, "flags": flags}, end, [problem])
        fields = {"head": head, "flags": flags, "trigger": trigger.instruction(None, (), trigger.end)}
        return Statement(nodes.Onbuild, fields, trigger.end, [*_unknown_flags("ONBUILD", flags), *trigger.problems])

    def heredoc(self, children: Leaves) -> Heredoc:
        body, *rest = children
        mark = cast("HeredocMark", body.mark)
        return Heredoc(mark.name, mark.expand, mark.chomp, body.token, *[leaf.token for leaf in rest])

    def instruction(self, children: list[Any]) -> tuple[Instruction, list[Problem]]:
        statement, newline, *heredocs = children
        last, before = newline.token, statement.end
        problems = statement.problems
        if heredocs:
            last = heredocs[-1].newline or heredocs[-1].terminator or heredocs[-1].body
            before = last.span.start
            if heredocs[-1].terminator is None:
                problems = [*problems, _unterminated(heredocs[-1], statement)]
        return statement.instruction(newline.token, tuple(heredocs), _end_of_line(last, before)), problems

    def dockerfile(self, children: list[Any]) -> Dockerfile:
        tokens: dict[str, Token] = {}
        directives: list[Directive] = []
        instructions: list[Instruction] = []
        problems: list[Problem] = []
        for child in children:
            if isinstance(child, tuple):
                instruction, its_problems = child
                instructions.append(instruction)
                problems += its_problems
            elif isinstance(child, Statement):
                instructions.append(child.instruction(None, (), child.end))
                problems += child.problems
            elif child.type == "DIRECTIVE":
                directives.append(Directive(child.token))
            else:
                tokens[child.type] = child.token
        if (trailer := tokens.get("TRAILER")) and trailer.text:
            problems.append(Problem("unknown-instruction", "continuation lines without an instruction", trailer.span))
        if not instructions:
            problems.append(Problem("no-instructions", "the file has no instructions", Span(BEGINNING, BEGINNING)))
        return Dockerfile(
            tokens.get("BOM"),
            tuple(directives),
            tuple(instructions),
            trailer,
            problems=(*_directive_problems(directives), *problems),
        )


def _unterminated(heredoc: Heredoc, statement: Statement) -> Problem:
    message = f"the file ends before the line {heredoc.name} that ends this here-document"
    return Problem("unterminated-heredoc", message, Span(statement.fields["head"].span.start, statement.end))


def _directive_problems(directives: list[Directive]) -> list[Problem]:
    problems = []
    seen = set()
    for directive in directives:
        if directive.name in seen:
            message = f"only one {directive.name} directive can be used"
            problems.append(Problem("bad-directive", message, directive.span))
        elif directive.name == "escape" and directive.value not in CONTINUATIONS:
            message = f"the escape character can be \\ or `, not {directive.value}"
            problems.append(Problem("bad-directive", message, directive.span))
        seen.add(directive.name)
    return problems


def _end_of_line(last: Token, before: Position) -> Position:
    """The place in front of the line feed that ends the last line, given the last token and where its prefix starts."""
    if last.text in ("\n", "\r\n"):
        return last.span.start
    skipped = last.prefix + last.text
    return advance(before, skipped[:-1]) if skipped.endswith("\n") else last.span.end
