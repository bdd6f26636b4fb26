"""The rule `shellcheck`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.rules.shared.distributions import shells
from dfopt.rules.shared.joined_scripts import JoinedScript
from dfopt.rules.shared.texts import Range
from dfopt.shellcheck.program import DIALECTS, Comment, Script, comments, program
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Run
from dfopt.syntax.shell import ShellKind

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNKNOWN_VALUE = "1"
_UNQUOTED = 2086
_CAPITAL = re.compile(r"\A[A-Z](?=[a-z]*\b)")
_VARIABLE = re.compile(r"\$\{?(\w+)")


class ShellCheck(Rule):
    """ShellCheck finds something in a RUN.

    ## What it does

    Reports what ShellCheck says about the scripts of RUN, those in here-documents and behind ONBUILD included. It is
    off unless selected, by its name or by the code of a single check, since it starts another program for each file;
    and it says nothing where there is no such program: `pip install 'dfopt[shellcheck]'` brings one, and one in PATH
    will do.

    Each finding stands at its place in the Dockerfile and has its code as a further name, so that
    `--select SC2086`, `--ignore SC2046` and `# hadolint ignore=SC2086` mean what they say. ShellCheck is told what the
    Dockerfile tells: the shell (SHELL, the shell behind the base image's `/bin/sh`, or `#!`), and the variables of
    ENV and ARG. An ARG without a default is taken to have a value without blanks.

    ## Why is this bad

    Each code has a page that says so: `https://www.shellcheck.net/wiki/SC2086`.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN for name in $(ls *.conf); do cp $name /etc; done
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN for name in ./*.conf; do cp "$name" /etc; done
    ```

    ## Fix safety

    Unsafe: what ShellCheck proposes for some of its checks is what nearly everybody means, but not what the script
    does now: a quoted variable is no longer split into several words. A variable that may be a list of words, by its
    value, by its name or as the packages that are installed, is not quoted.
    """

    id = "shellcheck"
    codes = r"SC[0-9]{4}"
    help = "see the page of the code at https://www.shellcheck.net/wiki"
    fix_safety = Safety.UNSAFE
    default = False
    instructions = (Run,)
    only = Option[tuple[str, ...]]((), "Codes: nothing else is reported. Selecting a code sets it.")
    without = Option[tuple[str, ...]]((), "Codes that are not reported. Ignoring a code sets it.")

    def check_file(self, model: Model) -> Iterator[Finding]:
        runs = [run for run in model.runs if run.shell_kind is ShellKind.POSIX and run.scripts]
        if not runs or program() is None:
            return
        joined = [JoinedScript(run.scripts[0]) for run in runs]
        scripts = tuple(
            [Script(script.text, _dialect(run), _variables(run)) for run, script in zip(runs, joined, strict=True)]
        )
        for run, script, found in zip(runs, joined, comments(scripts), strict=True):
            for comment in found:
                if self._is_wanted(comment):
                    yield _finding(comment, script, run)

    def _is_wanted(self, comment: Comment) -> bool:
        code = f"SC{comment.code}"
        return code not in self.without and (not self.only or code in self.only)


def _dialect(run: RunFacts) -> str:
    """The shell as ShellCheck calls it; of `sh` the shell that is behind it on the base image, where that is known."""
    name = run.shell_name or "sh"
    if name == "sh":
        name = next(iter(shells(run.stage)), name) if run.config.shell is None else name
    name = "busybox" if name == "ash" else name
    return name if name in DIALECTS else "sh"


def _variables(run: RunFacts) -> tuple[tuple[str, str], ...]:
    """What ENV and ARG set."""
    values: dict[str, str | None] = {**dict(run.config.args), **run.env}
    known = {name: value or "" for name, value in values.items() if _NAME.fullmatch(name)}
    return tuple([(name, _one_line(value, values[name])) for name, value in known.items()])


def _one_line(value: str, stated: str | None) -> str:
    return value if stated is not None and value.isprintable() and "$" not in value else _UNKNOWN_VALUE


def _finding(comment: Comment, script: JoinedScript, run: RunFacts) -> Finding:
    code = f"SC{comment.code}"
    message = _CAPITAL.sub(lambda word: word[0].lower(), comment.message.rstrip("."))
    start = script.offset(comment.start)
    end = max(start, script.offset_behind(comment.end))
    edits = () if comment.code == _UNQUOTED and _may_be_list(run, start, end) else _edits(comment, script)
    fix = Fix(Safety.UNSAFE, f"mend it as ShellCheck proposes for {code}", edits) if edits else None
    return Finding(
        Range(start, end),
        message,
        help=f"see https://www.shellcheck.net/wiki/{code}",
        fix=fix,
        aliases=(code,),
        severity=Severity.HINT if comment.level == "style" else Severity(comment.level),
    )


def _edits(comment: Comment, script: JoinedScript) -> tuple[Edit, ...]:
    """What it proposes; nothing where that would touch a continuation or make lines."""
    found = []
    for each in comment.replacements:
        is_insertion = each.start == each.end
        ends_at_previous = is_insertion and not each.belongs_to_next
        start = script.offset_behind(each.start) if ends_at_previous else script.offset(each.start)
        end = start if is_insertion else script.offset_behind(each.end)
        if "\n" in each.text or not script.is_whole(each.start, each.end):
            return ()
        found.append(Edit(start, end, each.text))
    return tuple(found)


def _may_be_list(run: RunFacts, start: int, end: int) -> bool:
    """Whether the variable at a place may be meant to be several words."""
    command = next((each for each in reversed(run.commands) if each.start <= start < each.end), None)
    if command is None or command.package_command:
        return True
    text = run.stage.model.data[start:end].decode("utf-8", "replace")
    names = _VARIABLE.findall(text)
    return any(name.lower().endswith("s") or len(command.variables.get(name, "").split()) > 1 for name in names)
