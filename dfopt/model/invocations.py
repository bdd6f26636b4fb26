"""`Invocation`: a command of a RUN, where and how it runs."""

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from dfopt.cached import cached_property
from dfopt.frozen import frozen
from dfopt.model import options
from dfopt.model.packages import PackageCommand, read_package_command
from dfopt.model.paths import UNKNOWN_FOLDER, join_path
from dfopt.model.shell_values import substitute
from dfopt.model.valued_options import VALUED_OPTIONS
from dfopt.syntax.commands import Assignment, Command, Context, Redirect, Word

if TYPE_CHECKING:
    from dfopt.model.runs import RunFacts
    from dfopt.model.stages import Stage
    from dfopt.syntax.shell import Script

_MAYBE = frozenset((Context.BRANCH, Context.LOOP, Context.FUNCTION))
_TESTS = frozenset(("[", "[[", "command", "grep", "test", "type", "which"))
_AS_ROOT = frozenset(("sudo", "doas"))


@frozen(eq=False, slots=False)
class Invocation:
    """One command as it is run in the end: what `sudo`, `env`, `exec`, `time` and their like wrap.

    `command` is syntax's command (unwrapped), `outer` the one that stands in the file; `script` is None in exec form.
    `index` counts the commands of its RUN. `cwd` is the folder it runs in: absolute, relative to the working
    directory of the external base, or None where it can't be told. `errexit` and
    `pipefail` say whether the shell has these options then. `variables` are those of the shell with a known value: ENV,
    ARG, HOME, and what the script assigned before.
    """

    run: "RunFacts"
    script: "Script | None"
    command: Command
    outer: Command
    index: int
    cwd: str | None
    errexit: bool
    pipefail: bool
    variables: Mapping[str, str] = field(repr=False)

    @property
    def stage(self) -> "Stage":
        """The stage of its RUN."""
        return self.run.stage

    @cached_property
    def program(self) -> str:
        """The program without its folders; empty for assignments or redirections that stand alone."""
        return self.command.program

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words, the program first."""
        return self.command.words

    @cached_property
    def arguments(self) -> tuple[Word, ...]:
        """All words but the program."""
        return self.command.words[1:]

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
    def is_wrapped(self) -> bool:
        """Whether `sudo`, `env` or their like stand in front."""
        return self.command is not self.outer

    @property
    def is_root(self) -> bool | None:
        """Whether it runs as root: by `sudo` or by USER; None where the external base decides."""
        return True if self.is_wrapped and self.outer.program in _AS_ROOT else self.run.config.runs_as_root

    @property
    def previous(self) -> "Invocation | None":
        """The command in front of it in the same RUN."""
        return self.run.commands[self.index - 1] if self.index else None

    @property
    def following(self) -> "tuple[Invocation, ...]":
        """The commands behind it in the same RUN."""
        return self.run.commands[self.index + 1 :]

    @cached_property
    def is_conditional(self) -> bool:
        """Whether it may not run though all went well: in `if`, `case`, a loop or a function, after `||` or a test."""
        if self.connector == "||" or not _MAYBE.isdisjoint(self.context):
            return True
        before = self.previous
        return self.connector == "&&" and before is not None and before.program in _TESTS

    @cached_property
    def package_command(self) -> PackageCommand | None:
        """What it tells a package manager; None where it runs none."""
        return read_package_command(self)

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given: `-y`, also inside `-qy`, or `--yes`, also as `--yes=…`."""
        return options.has_option(self.arguments, names)

    def option_value(self, *names: str) -> Word | None:
        """The value of the last of these options: `-o x`, `-ox`, `--output x` or `--output=x`; None without one."""
        found = options.option_values(self.arguments, names)
        return found[-1] if found else None

    def option_values(self, *names: str) -> tuple[Word, ...]:
        """The values of all these options in their order."""
        return tuple(options.option_values(self.arguments, names))

    def operands_but(self, *valued: str) -> tuple[Word, ...]:
        """The arguments that are neither options nor values of the options named here."""
        return options.operands(self.arguments, frozenset(valued))

    @cached_property
    def operands(self) -> tuple[Word, ...]:
        """The arguments that are not options, nor values of the options that this program is known to give one."""
        return options.operands(self.arguments, VALUED_OPTIONS.get(self.program, options.NO_OPTIONS))

    def value(self, word: Word) -> str:
        """What a word becomes, with the variables put in that are known; others stay as `$name`, globs as they are."""
        return word.value if word.is_static else substitute(word.value, self.variables)

    def path(self, word: Word) -> str:
        """A word as a path from `cwd`, normal, with globs and what is not known left in it (see `is_exact`)."""
        text = self.value(word)
        if text.startswith("~") and text[1:2] in ("", "/") and word.text.startswith("~"):
            text = self.variables.get("HOME", "~") + text[1:]
        return self.join(text)

    def join(self, path: str) -> str:
        """A path as seen from `cwd`; below `?` where that is not known."""
        return join_path(UNKNOWN_FOLDER if self.cwd is None else self.cwd, path)
