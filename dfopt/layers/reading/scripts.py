"""RUNs that are the same but for spaces and the order of packages."""

import re
from collections.abc import Sequence

from dfopt.frozen import frozen
from dfopt.model.packages import PackageCommand
from dfopt.model.runs import RunFacts
from dfopt.syntax.edits import Edit, apply
from dfopt.syntax.nodes import ShellForm
from dfopt.syntax.shell import ShellKind

_SORTED_BY = ("apt", "apk", "dnf")
_QUOTED_OR_BLANK = re.compile(r"""('[^']*'|"(?:\\.|[^"\\])*"|\\.)|\s+""", re.DOTALL)


@frozen()
class SortedScript:
    """A RUN's script as `written`, at the bytes `span`.

    `plain` are the file's escape character and the script with one space between words and packages in order.
    """

    written: str
    plain: tuple[str, str]
    span: tuple[int, int]


def sorted_script(run: RunFacts) -> SortedScript | None:
    """The script of a RUN that installs packages by name; None for all others."""
    form = run.instruction.command
    if not isinstance(form, ShellForm) or run.instruction.heredocs or run.shell_kind is not ShellKind.POSIX:
        return None
    installs = [each for each in run.package_commands if each.is_install and each.manager in _SORTED_BY]
    if not any(each.packages for each in installs):
        return None
    token = form.script
    start = token.span.start.offset
    data = token.text.encode("utf-8", "surrogateescape")
    edits = [Edit(edit.start - start, edit.end - start, edit.text) for each in installs for edit in _in_order(each)]
    text = apply(data, edits).decode("utf-8", "surrogateescape")
    plain = _QUOTED_OR_BLANK.sub(lambda match: match[1] or " ", token.with_changes(text=text).value).strip()
    return SortedScript(token.text, (token.escape, plain), (start, start + len(data)))


def _in_order(command: PackageCommand) -> Sequence[Edit]:
    """The edits that put packages in order; none where words are not one package each."""
    words = [package.word for package in command.packages]
    if len({word.start for word in words}) != len(words) or not all(word.is_static for word in words):
        return ()
    ordered = sorted(words, key=lambda word: word.value)
    pairs = zip(words, ordered, strict=True)
    return [Edit(old.start, old.end, new.text) for old, new in pairs if old.text != new.text]
