"""The rule `pipe-without-pipefail`."""

import json
from collections.abc import Iterator, Sequence

from dfopt.model.config import DEFAULT_SHELL
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import Edits, insert_after, insert_before, remove, replace_arguments
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.dialects import means_the_same_to_bash
from dfopt.rules.shared.distributions import sets_shell, shells
from dfopt.rules.shared.pipe_commands import fails_on_nothing
from dfopt.rules.shared.pipelines import PIPES, pipelines
from dfopt.syntax.commands import Context
from dfopt.syntax.nodes import Cmd, Entrypoint, Healthcheck, Instruction, Run, Shell, ShellForm

_MAY_FIND_NOTHING = frozenset(("cmp", "diff", "egrep", "fgrep", "grep", "yes"))
_STOPS_READING = frozenset(("head", "less", "more"))
_HAVE_IT = ("bash", "ash")
_SAFE = frozenset({Change.INSTRUCTIONS, Change.SHELL})
_UNSAFE = _SAFE | {Change.CMD, Change.ENTRYPOINT, Change.HEALTHCHECK}


class PipeWithoutPipefail(Rule):
    """A RUN with a pipe succeeds although the command in front of the pipe failed.

    ## What it does

    Reports RUNs with a pipe in a shell without the option `pipefail`, whether SHELL, `set` or the options of a nested
    shell would set it, here or in a local stage below. PowerShell and cmd are left alone.

    ## Why is this bad

    The status of `a | b` is that of `b` alone. When the download in `curl … | tar x` breaks off, or `curl … | sh`
    gets an empty answer, the RUN may succeed, and what is broken ships.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSL https://example.com/app.tar.gz | tar xz
    ```

    ```dockerfile
    FROM debian:12-slim
    SHELL ["/bin/bash", "-o", "pipefail", "-c"]
    RUN curl -fsSL https://example.com/app.tar.gz | tar xz
    SHELL ["/bin/sh", "-c"]
    ```

    ## Fix safety

    Safe where a RUN with `pipefail` fails only where it failed before. SHELL with it then stands in front of the first
    such RUN, and behind the last one SHELL gives back what was in force: `["/bin/sh", "-c"]`, or what the author set.
    So CMD, ENTRYPOINT, HEALTHCHECK, ONBUILD, all RUNs below and images built on this one keep their shell; the image's
    configuration states it where it left it out before. It is not given back in a stage from which others only copy,
    if all else in it does the same. Bash takes over where the base has it, ash on Alpine (Debian's `/bin/sh` does not
    know the option). It must be known that the base sets no SHELL of its own.

    A command in front of the last pipe may fail unseen in these cases only, as the last one then fails, too:

    | in front of the pipe                              | behind it                                                |
    |---------------------------------------------------|----------------------------------------------------------|
    | `echo`, `printf`, `dpkg --print-architecture`     | what reads all of it: `tee`, `chpasswd`, `sort`, `xargs` |
    | `cat`, `grep`, `sed`… of one file                 | what fails on nothing: `grep`, `sha256sum -c`            |
    | `find` by root in one folder, with tests of names | `xargs rm`                                               |
    | curl or wget of one http address                  | what fails on half of it: `tar xz`, `gunzip`, `xz -d`    |
    | the same, of a key                                | `gpg --dearmor`, `gpg --import`, `apt-key add`           |

    `cut`, `sort`, `tr` and filters of `sed` and `awk` that neither leave early nor choose their status may stand
    between, and what `|| true` follows or what is an argument, as in `echo "$(sort file | uniq)"`, is not asked for its
    status anyway. The readers of downloads were tried with the real programs of Debian 11 to 13 and with BusyBox, on
    nothing and on files cut at hundreds of places. A download that fails behind the last byte of a file that is whole,
    against the rules of HTTP, stops the build where it did not; so does a second file behind the first one's end.
    Where bash takes dash's place, nothing in the scripts may mean something else to it: `{a,b}`, `[[`, `source`, `echo`
    with a backslash or with what is not known, `$UID`, `set -e` inside a substitution and others like them.

    Unsafe elsewhere, as with `curl … | sh`, which succeeds on nothing: SHELL stays in force below the first such RUN. A
    build that went on after a failure then stops, and CMD and ENTRYPOINT in shell form run in that shell, too. There is
    no fix where it would change more: `echo` with backslashes in a RUN that dash has run so far, a pipe behind `grep`
    or in front of `head`, whose failure is no news.
    """

    id = "pipe-without-pipefail"
    aliases = ("DL4006",)
    help = 'use SHELL ["/bin/bash", "-o", "pipefail", "-c"], or /bin/ash on Alpine'
    fix_safety = Safety.UNSAFE
    instructions = (Run,)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        unguarded = {run: command for run in stage.runs if (command := _unguarded(run))}
        fixes = _fixes(stage, [run for run, command in unguarded.items() if _obeys_shell(run, command)])
        for run, command in unguarded.items():
            before = command.previous
            name = before.program if before and before.program else "what is in front"
            yield Finding(command, f"the pipe hides whether {name} failed", fix=fixes.get(run))


def _unguarded(run: RunFacts) -> Invocation | None:
    """The first command that a pipe leads to without pipefail, of those that SHELL is for if there is one."""
    span = run.instruction.span
    if b"|" not in run.stage.model.data[span.start.offset : span.end.offset]:
        return None
    found = [each for each in run.commands if each.connector in PIPES and not each.pipefail]
    return next((each for each in found if _obeys_shell(run, each)), found[0] if found else None)


def _obeys_shell(run: RunFacts, command: Invocation) -> bool:
    """Whether a command is run by the shell that SHELL names, and not by another one inside it."""
    is_other = run.is_trigger or run.is_exec_form or (run.config.shell or DEFAULT_SHELL) != run.shell
    return not is_other and Context.SCRIPT not in command.context


def _fixes(stage: Stage, unguarded: Sequence[RunFacts]) -> dict[RunFacts, Fix]:
    """The fixes of a stage by the RUN that they start with: of safe ones several, else one that is unsafe."""
    if not unguarded:
        return {}
    revocable = [run for run in unguarded if _can_be_given_back(run)]
    safe = {each[0]: fix for each in _ranges(stage, revocable) if (fix := _safe_fix(each))}
    if safe:
        return safe
    fix = _unsafe_fix(unguarded[0])
    return {unguarded[0]: fix} if fix else {}


def _can_be_given_back(run: RunFacts) -> bool:
    """Whether there is a shell with pipefail, and it is known which one was in force before."""
    return _shell(run) is not None and (run.config.shell is not None or sets_shell(run.stage) is False)


def _ranges(stage: Stage, unguarded: Sequence[RunFacts]) -> Iterator[list[RunFacts]]:
    """RUNs from one pipe to another, with nothing between that would be changed by pipefail or another shell."""
    if not unguarded:
        return
    found: list[RunFacts] = []
    end = unguarded[-1].instruction.span.end.offset
    for instruction in (*[each for each in stage.instructions if each.span.end.offset <= end], None):
        run = stage.model.run(instruction) if isinstance(instruction, Run) else None
        if run and (found or run in unguarded) and _does_the_same(run):
            found.append(run)
        elif instruction is None or run or _minds_shell(instruction):
            while found and found[-1] not in unguarded:
                found.pop()
            if found:
                yield found
            found = []


def _minds_shell(instruction: Instruction) -> bool:
    """Whether an instruction sets the shell, or keeps the one in force for the container."""
    is_command = isinstance(instruction, (Cmd, Entrypoint)) and isinstance(instruction.command, ShellForm)
    return is_command or isinstance(instruction, (Run, Shell))


def _safe_fix(runs: Sequence[RunFacts]) -> Fix | None:
    """Set pipefail for some RUNs alone: behind the last one the shell is again what it was."""
    first, last = runs[0], runs[-1]
    shell = _shell(first)
    if shell is None:
        return None
    edits = _set_shell(first, shell)
    if _is_of_account_below(last):
        back = insert_after(last.stage.model.tree, last.instruction, _written(first.config.shell or DEFAULT_SHELL))
        if back is None:
            return None
        edits += back
    return Fix(Safety.SAFE, "set pipefail with SHELL", edits, _SAFE)


def _is_of_account_below(run: RunFacts) -> bool:
    """Whether the shell is still in force below a RUN for anything that would not do the same in the new one."""
    below = [each for each in run.stage.instructions if each.span.start > run.instruction.span.start]
    follower = next((each for each in below if _minds_shell(each)), None)
    if isinstance(follower, Shell):
        return False
    rest = [each for each in _in_scope(run) if each is not run]
    return not _is_only_copied_from(run.stage) or not all(_does_the_same(each) for each in rest)


def _is_only_copied_from(stage: Stage) -> bool:
    """Whether a stage is there for others to copy from, so that its configuration is of no account."""
    above = [each for each in stage.model.stages if stage in each.lineage]
    is_target = any(each.instructions_of(kind) for each in above for kind in (Cmd, Entrypoint, Healthcheck))
    return stage.is_needed and not is_target and not any(each.is_final for each in above)


def _unsafe_fix(run: RunFacts) -> Fix | None:
    """Set pipefail from the first pipe on that has none."""
    shell = _shell(run)
    if shell is None or any(_would_suffer(each, shell) for each in _in_scope(run)):
        return None
    edits = (*_set_shell(run, shell), *_without_repetition(run, shell))
    return Fix(Safety.UNSAFE, "set pipefail with SHELL", edits, _UNSAFE)


def _set_shell(run: RunFacts, shell: Sequence[str]) -> Edits:
    """SHELL in front of a RUN, in the place of one above it that nothing has used."""
    start = run.instruction.span.start
    above = [each for each in run.stage.instructions if each.span.start < start and _minds_shell(each)]
    unused = above[-1] if above and isinstance(above[-1], Shell) else None
    edits = None
    if unused:
        is_set = run.stage.config_at(unused).shell == tuple(shell)
        edits = remove(unused) if is_set else replace_arguments(unused, json.dumps(shell))
    return edits or insert_before(run.stage.model.tree, run.instruction, _written(shell))


def _without_repetition(run: RunFacts, shell: Sequence[str]) -> Edits:
    """The next SHELL is taken out where it would set what is in force by then."""
    below = [each for each in run.stage.instructions_of(Shell) if each.span.start > run.instruction.span.start]
    is_repeated = bool(below) and below[0].command.values == tuple(shell)
    return (remove(below[0]) or ()) if is_repeated else ()


def _does_the_same(run: RunFacts) -> bool:
    """Whether a RUN that succeeds does the same in its shell with pipefail, and succeeds there."""
    shell = _shell(run)
    if shell is None or not _is_left_to_last(run):
        return False
    return not _becomes_bash(run, shell) or means_the_same_to_bash(run)


def _is_left_to_last(run: RunFacts) -> bool:
    """Whether all of its pipes are known, and pipefail changes the status of none of them."""
    known = list(pipelines(run))
    in_known = sum(len(each.commands) - 1 for each in known)
    is_complete = in_known == len([each for each in run.commands if each.connector in PIPES])
    return is_complete and all(each.is_left_to_last for each in known)


def _becomes_bash(run: RunFacts, shell: Sequence[str]) -> bool:
    return _has_default_shell(run) and shell[0].endswith("bash")


def _has_default_shell(run: RunFacts) -> bool:
    return run.config.shell in (None, DEFAULT_SHELL)


def _shell(run: RunFacts) -> list[str] | None:
    """The shell that would run the script, with pipefail; None where it can't be told or does not know the option."""
    if run.config.shell and not _has_default_shell(run):
        program, *options = run.config.shell
        name = program.rpartition("/")[2]
        return [program, "-o", "pipefail", *options] if name in _HAVE_IT and options else None
    capable = next((each for each in shells(run.stage) if each in _HAVE_IT), None)
    return [f"/bin/{capable}", "-o", "pipefail", "-c"] if capable else None


def _written(shell: Sequence[str]) -> str:
    return f"SHELL {json.dumps(list(shell))}"


def _in_scope(run: RunFacts) -> Iterator[RunFacts]:
    """The RUNs that SHELL in front of one would be for."""
    stages = [stage for stage in run.stage.model.stages if run.stage in stage.lineage]
    for stage in stages:
        yield from _until_shell(stage, run)


def _until_shell(stage: Stage, run: RunFacts) -> Iterator[RunFacts]:
    start = run.instruction.span.start
    for instruction in stage.instructions:
        if isinstance(instruction, Shell) and instruction.span.start > start:
            return
        facts = stage.model.run(instruction) if isinstance(instruction, Run) else None
        if facts and instruction.span.start >= start:
            yield facts


def _would_suffer(run: RunFacts, shell: Sequence[str]) -> bool:
    """Whether a RUN does something else in that shell although nothing fails."""
    becomes_bash = _becomes_bash(run, shell)
    return any((becomes_bash and _echoes_escapes(each)) or _fails_in_peace(each) for each in run.commands)


def _echoes_escapes(command: Invocation) -> bool:
    """Whether dash and bash print different things."""
    return command.program == "echo" and any("\\" in word.value or word.value == "-e" for word in command.arguments)


def _fails_in_peace(command: Invocation) -> bool:
    """Whether a failure inside the pipeline is no news: nothing was found, or the reader has read enough."""
    following = command.following[:1]
    if following and following[0].connector in PIPES and command.program in _MAY_FIND_NOTHING:
        return not fails_on_nothing(following[0])
    if command.connector not in PIPES:
        return False
    return command.program in _STOPS_READING or command.has_option("-q", "-m", "--quiet", "--max-count")
