"""`Invocation`: a command of a RUN, where and how it runs."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dfopt.syntax.commands import Assignment, Command, Context, Redirect, Word

if TYPE_CHECKING:
    from dfopt.model.runs import RunFacts
    from dfopt.model.stages import Stage
    from dfopt.syntax.shell import Script


@dataclass(frozen=True, eq=False)
class Invocation:
    """One command as it is run in the end: what `sudo`, `env`, `exec`, `time` and their like wrap.

    `command` is syntax's command (unwrapped), `outer` the one that stands in the file. `cwd` is the folder it runs in,
    None where a `cd` can't be followed. `pipefail` and `errexit` say whether the shell has these options then.
    `variables` are those of the shell with a known value: ENV, ARG, and what the script assigned before.
    """

    run: "RunFacts"
    script: "Script | None"
    command: Command
    outer: Command
    index: int
    cwd: str | None
    pipefail: bool
    errexit: bool
    variables: dict[str, str] = field(repr=False)

    @property
    def stage(self) -> "Stage":
        """The stage of its RUN."""
        return self.run.stage

    @property
    def program(self) -> str:
        """The program without its folders; empty for assignments or redirections that stand alone."""
        return self.command.program

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words, the program first."""
        return self.command.words

    @property
    def arguments(self) -> tuple[Word, ...]:
        """All words but the program."""
        return self.command.arguments

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """`name=value` in front of it, those given to `env` included."""
        return self.command.assignments

    @property
    def redirects(self) -> tuple[Redirect, ...]:
        """Its redirections, and those of the compound commands around it."""
        return self.command.redirects

    @property
    def connector(self) -> str | None:
        """What it hangs on what precedes it with: `&&`, `||`, `;`, `&`, `|`, `|&`, or None for the first one."""
        return self.outer.connector

    @property
    def context(self) -> tuple[Context, ...]:
        """What it stands in, outermost first."""
        return self.outer.context

    @property
    def start(self) -> int:
        """The byte in the file where it starts, what wraps it included."""
        return self.outer.start

    @property
    def end(self) -> int:
        """The byte in the file behind it."""
        return self.outer.end

    @property
    def is_root(self) -> bool | None:
        """Whether it runs as root: by `sudo` or by USER; None where the external base decides."""
        raise NotImplementedError

    @property
    def is_wrapped(self) -> bool:
        """Whether `sudo`, `env` or their like stand in front."""
        return self.command is not self.outer

    def is_conditional(self) -> bool:
        """Whether it may not run although all went well: in `if`, `case`, a loop, a function, or after `||`."""
        raise NotImplementedError

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given: `-y`, also inside `-qy`, or `--yes`, also as `--yes=…`."""
        raise NotImplementedError

    def option_value(self, *names: str) -> str | None:
        """The value of the last of these options: `-o x`, `-ox`, `--output x` or `--output=x`; None without one."""
        raise NotImplementedError

    def operands_but(self, *valued: str) -> tuple[Word, ...]:
        """The arguments that are neither options nor values of the options named here."""
        raise NotImplementedError

    @cached_property
    def operands(self) -> tuple[Word, ...]:
        """The arguments that are not options, nor values of the options that this program is known to give one."""
        raise NotImplementedError

    def value(self, word: Word) -> str:
        """What a word becomes, with the variables put in that are known; others stay as `$name`."""
        raise NotImplementedError

    def path(self, word: Word) -> str | None:
        """A word as an absolute path, from `cwd`; None where a variable, a glob or the folder is not known."""
        raise NotImplementedError
