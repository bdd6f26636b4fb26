"""Edits of whole instructions: put in, taken out, their keywords, flags and arguments written otherwise.

Comments stay, line ends are the file's own, and where an edit can't be made without risk the result is None. `text` is
an instruction, or a part of one, on one line and without its line end. For scripts see `chains`.
"""

from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Dockerfile, Flag, From, Instruction, Node, Token

Edits = tuple[Edit, ...]


def insert_before(tree: Dockerfile, instruction: Instruction, text: str) -> Edits:
    """Put an instruction on a line above another one, and above the comments that stand directly on it."""
    head = instruction.head
    lines = head.prefix.split("\n")
    attached = len(lines) - 1
    while attached and lines[attached - 1].strip().startswith("#"):
        attached -= 1
    below = "\n".join(lines[attached:]) if attached else head.prefix
    at = head.span.start.offset - len(below.encode("utf-8", "surrogateescape"))
    return (Edit(at, at, text + line_end(tree)),)


def insert_after(tree: Dockerfile, instruction: Instruction, text: str) -> Edits | None:
    """Put an instruction on a line below another one; None where the file ends inside the other one."""
    if not _is_closed(instruction):
        return None
    last = [token for token in instruction.tokens() if token.text][-1]
    at = last.span.end.offset
    feed = line_end(tree)
    return (Edit(at, at, text + feed if last.text.endswith("\n") else feed + text),)


def remove(instruction: Instruction) -> Edits | None:
    """Take an instruction out, its line end and here-documents included; the comments above it stay.

    None where it starts a stage or has lines of comment inside.
    """
    if isinstance(instruction, From) or _has_comment_inside(instruction) or not _is_closed(instruction):
        return None
    indent = instruction.head.prefix.rpartition("\n")[2]
    start = instruction.head.span.start.offset - len(indent.encode("utf-8", "surrogateescape"))
    last = [token for token in instruction.tokens() if token.text][-1]
    return (Edit(start, last.span.end.offset, ""),)


def replace(instruction: Instruction, text: str) -> Edits | None:
    """Write an instruction otherwise; None where it has lines of comment or here-documents inside."""
    parts = (instruction.head, *instruction.flags, *instruction.arguments)
    if instruction.heredocs or _has_comment_inside(instruction):
        return None
    return (Edit(instruction.head.span.start.offset, parts[-1].span.end.offset, text),)


def replace_arguments(instruction: Instruction, text: str) -> Edits | None:
    """Write what stands behind keyword and flags otherwise; None where lines of comment stand inside it."""
    arguments = instruction.arguments
    if not arguments or instruction.heredocs or _has_comment_inside(instruction):
        return None
    return (Edit(arguments[0].span.start.offset, arguments[-1].span.end.offset, text),)


def replace_keyword(instruction: Instruction, keyword: str) -> Edits | None:
    """Give an instruction another keyword; None where its own runs over several lines."""
    return None if "\n" in instruction.head.text else replace_token(instruction.head, keyword)


def replace_token(token: Token, text: str) -> Edits | None:
    """Write one token otherwise, such as an image or a path; None where lines of comment stand inside it."""
    if any(line.strip().startswith("#") for line in token.text.split("\n")[1:]):
        return None
    return (Edit(token.span.start.offset, token.span.end.offset, text),)


def insert_flag(instruction: Instruction, text: str) -> Edits:
    """Put a flag, such as `--mount=type=cache,target=/root/.cache`, behind the keyword and the flags that are there."""
    named: list[Node] = [flag for flag in instruction.flags if flag.name]
    at = (named[-1] if named else instruction.head).span.end.offset
    return (Edit(at, at, f" {text}"),)


def remove_flag(instruction: Instruction, flag: Flag) -> Edits | None:
    """Take a flag out, with the blanks or the continuation in front of it; None where they have lines of comment."""
    if flag not in instruction.flags or flag.token.comments:
        return None
    prefix = len(flag.token.prefix.encode("utf-8", "surrogateescape"))
    return (Edit(flag.span.start.offset - prefix, flag.span.end.offset, ""),)


def line_end(tree: Dockerfile) -> str:
    """The line end that the file's instructions have."""
    code = next((each.newline.code for each in tree.instructions if each.newline), "\n")
    return "\r\n" if code.endswith("\r\n") else "\n"


def _is_closed(instruction: Instruction) -> bool:
    """Whether what follows the instruction's last token can't become a part of it."""
    if any(heredoc.terminator is None for heredoc in instruction.heredocs):
        return False
    return instruction.newline is None or instruction.newline.code.strip(" \t\r\n") == ""


def _has_comment_inside(instruction: Instruction) -> bool:
    """Whether lines of comment stand in the instruction's continuations."""
    parts = (*instruction.flags, *instruction.arguments, *((instruction.newline,) if instruction.newline else ()))
    code = instruction.head.text + "".join([part.code for part in parts])
    return any(line.strip().startswith("#") for line in code.split("\n")[1:])
