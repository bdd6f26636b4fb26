"""The part of HCL that bake files are written in: `hcl.lark` is its grammar."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dfopt.frozen import frozen
from dfopt.layers.definitions.definition import DefinitionError, text

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_PART = re.compile(r"\$\$\{|\$\{\s*([^{}]*?)\s*\}")
_NAME = re.compile(r"[A-Za-z_][\w-]*")


@frozen()
class Name:
    """A variable."""

    name: str


@frozen()
class Template:
    """A text with variables in it."""

    parts: tuple["str | Name | Unknown", ...]


@frozen()
class Unknown:
    """What is not worked out here: a condition, a sum, a function's result, a variable without a default."""


def parse_hcl(source: str) -> Mapping[str, Any]:
    """The blocks by kind and label, with their attributes; raises DefinitionError."""
    from lark import UnexpectedInput

    try:
        tree = _parser().parse(source)
    except UnexpectedInput as error:
        raise DefinitionError(f"line {error.line}: can't be read; dfopt knows the common part of HCL only") from error
    except RecursionError as error:
        raise DefinitionError("is nested too deep") from error
    document: dict[str, dict[str, Any]] = {}
    for block in tree.find_data("block"):
        children: list[Any] = block.children
        kind, *rest = children
        labels = [each for each in rest if _is(each, "label")]
        name = _unquoted(labels[0].children[0]) if labels else ""
        document.setdefault(str(kind), {})[name] = {
            str(each.children[0]): _value(each.children[1]) for each in rest if _is(each, "attribute")
        }
    return document


def parse_template(source: str) -> object:
    """A text as it stands, or, where it has variables, a template; `$${` is `${`."""
    if "${" not in source:
        return source
    parts: list[str | Name | Unknown] = []
    at = 0
    for match in _PART.finditer(source):
        parts.append(source[at : match.start()])
        at = match.end()
        if match[1] is None:
            parts.append("${")
        else:
            parts.append(Name(match[1]) if _NAME.fullmatch(match[1]) else Unknown())
    return Template((*parts, source[at:]))


def evaluate(value: object, variables: Mapping[str, object]) -> Any:
    """A value with its variables put in; `Unknown` where that can't be done."""
    if isinstance(value, Name):
        return variables.get(value.name, Unknown())
    if isinstance(value, Template):
        parts = [evaluate(part, variables) for part in value.parts]
        is_known = all(isinstance(part, str | int | float) for part in parts)
        return "".join(text(part) for part in parts) if is_known else Unknown()
    if isinstance(value, dict):
        return {key: evaluate(each, variables) for key, each in value.items()}
    return [evaluate(each, variables) for each in value] if isinstance(value, list) else value


@cache
def _parser() -> "Lark":
    from lark import Lark

    return Lark(Path(__file__).with_name("hcl.lark").read_text("utf-8"), parser="lalr")


def _is(node: Any, name: str) -> bool:
    return getattr(node, "data", None) == name


def _value(node: "Tree[Token]") -> object:
    """An expression as plain data, with names and templates in it."""
    children: list[Any] = node.children
    match str(node.data):
        case "template":
            return parse_template(_unquoted(children[0]))
        case "heredoc":
            return parse_template(_unindented(children[0]))
        case "number":
            return float(children[0]) if "." in children[0] else int(children[0])
        case "name":
            return {"true": True, "false": False, "null": None}.get(str(children[0]), Name(str(children[0])))
        case "list":
            return [_value(each) for each in children if each is not None]
        case "object":
            return {_unquoted(each.children[0]): _value(each.children[1]) for each in children}
        case _:
            return Unknown()


def _unindented(token: str) -> str:
    """The text of a here-document; after `<<-` the blanks that all its lines begin with are no part of it."""
    mark, *lines = token.splitlines(keepends=True)[:-1]
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    indent = min(indents, default=0) if mark.startswith("<<-") else 0
    return "".join(line[indent:] if line.strip() else line for line in lines)


def _unquoted(token: str) -> str:
    if not token.startswith('"'):
        return str(token)
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), token[1:-1])
