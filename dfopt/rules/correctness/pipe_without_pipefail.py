"""The rule `pipe-without-pipefail`."""

import json
import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.distributions import shells
from dfopt.rules.editing import insert_before
from dfopt.rules.pipelines import PIPES, fails_on_nothing, pipelines
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Cmd, Entrypoint, Healthcheck, Instruction, Run, Shell

_MAY_FIND_NOTHING = frozenset(("cmp", "diff", "egrep", "fgrep", "grep", "yes"))
_STOPS_READING = frozenset(("head", "less", "more"))
_HAVE_IT = ("bash", "ash")
_MEANS_MORE_TO_BASH = re.compile(
    rb"""\{[^{}\s]*(?:,|\.\.)[^{}\s]*\} | &> | \[\[ | == | <<< | [<>]\( | \$['"] | =\( | \*\* | \\x | \$\([^()]*;
    | \b(?:declare|function|let|popd|pushd|select|shopt|source|time|trap|type|typeset|ulimit)\b
    | \b(?:export|local|readonly)\s[^;&|\n]*=\$
    | \$\{?(?:BASH|DIRSTACK|EUID|FUNCNAME|GROUPS|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|RANDOM|SECONDS|SHLVL|UID)""",
    re.VERBOSE,
)
_DECLARES = frozenset({Change.INSTRUCTIONS, Change.SHELL, Change.CMD, Change.ENTRYPOINT, Change.HEALTHCHECK})


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
    ```

    ## Fix safety

    Unsafe: it puts SHELL with `-o pipefail` in front of the first such RUN of the stage; bash where the base has
    it, ash on Alpine (Debian's `/bin/sh` does not know the option). A build that went on after a failure then
    stops. CMD and ENTRYPOINT in shell form below it run in that shell, too. There is no fix where it would change
    more: `echo` with backslashes in a RUN that dash has run so far, a pipe behind `grep` or in front of `head`,
    whose failure is no news.

    Safe in a stage from which others only copy, whose SHELL no image gets, where all pipes below it are such that
    none of their commands fails unless the last one does: `echo … | sha256sum -c`, `cat file | grep word`,
    `echo "$(sort file | uniq)"`. Where bash takes dash's place, nothing in the scripts may mean something else to it.
    """

    id = "pipe-without-pipefail"
    aliases = ("DL4006",)
    help = 'use SHELL ["/bin/bash", "-o", "pipefail", "-c"], or /bin/ash on Alpine'
    fix_safety = Safety.UNSAFE
    instructions = (Run,)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        span = instruction.span
        has_pipe = b"|" in model.data[span.start.offset : span.end.offset]
        run = model.run(instruction) if isinstance(instruction, Run) and has_pipe else None
        command = _unguarded(run) if run else None
        if run and command:
            before = command.previous
            name = before.program if before and before.program else "what is in front"
            is_first = next((each for each in run.stage.runs if _unguarded(each)), None) is run
            fix = _fix(run) if is_first and not run.is_trigger else None
            yield Finding(command, f"the pipe hides whether {name} failed", fix=fix)


def _unguarded(run: RunFacts) -> Invocation | None:
    """The first command that a pipe leads to without pipefail."""
    return next((each for each in run.commands if each.connector in PIPES and not each.pipefail), None)


def _fix(run: RunFacts) -> Fix | None:
    shell = _shell(run)
    if shell is None or any(_would_suffer(each, shell) for each in _in_scope(run)):
        return None
    edits = insert_before(run.stage.model.tree, run.instruction, f"SHELL {json.dumps(shell)}")
    is_same = _is_only_copied_from(run.stage) and all(_does_the_same(each, shell) for each in _in_scope(run))
    return Fix(Safety.SAFE if is_same else Safety.UNSAFE, "set pipefail with SHELL", edits, _DECLARES)


def _is_only_copied_from(stage: Stage) -> bool:
    """Whether a stage is there for others to copy from, so that its configuration is of no account."""
    above = [each for each in stage.model.stages if stage in each.lineage]
    is_target = any(each.instructions_of(kind) for each in above for kind in (Cmd, Entrypoint, Healthcheck))
    return stage.is_needed and not is_target and not any(each.is_final for each in above)


def _does_the_same(run: RunFacts, shell: list[str]) -> bool:
    """Whether a RUN that succeeds does the same in that shell, and succeeds there."""
    if _becomes_bash(run, shell) and any(_MEANS_MORE_TO_BASH.search(script.source.data) for script in run.scripts):
        return False
    known = list(pipelines(run))
    in_known = sum(len(each.commands) - 1 for each in known)
    is_complete = in_known == len([each for each in run.commands if each.connector in PIPES])
    return is_complete and all(each.is_left_to_last for each in known)


def _becomes_bash(run: RunFacts, shell: list[str]) -> bool:
    return run.config.shell is None and shell[0].endswith("bash")


def _shell(run: RunFacts) -> list[str] | None:
    """The shell that would run the script, with pipefail; None where it can't be told or does not know the option."""
    if run.config.shell is not None:
        program, *options = run.config.shell
        name = program.rpartition("/")[2]
        return [program, "-o", "pipefail", *options] if name in _HAVE_IT and options else None
    capable = next((each for each in shells(run.stage) if each in _HAVE_IT), None)
    return [f"/bin/{capable}", "-o", "pipefail", "-c"] if capable else None


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


def _would_suffer(run: RunFacts, shell: list[str]) -> bool:
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
