"""The commands of a shell script: what is run, with what, and how it hangs together.

All offsets are bytes of the file the script stands in.
"""

from enum import StrEnum

from dfopt.frozen import frozen


class Context(StrEnum):
    """What a command stands in."""

    PIPELINE = "pipeline"
    """one of the commands of `a | b`"""
    CONDITION = "condition"
    """between `if`, `elif`, `while` or `until` and the body"""
    BRANCH = "branch"
    """a body of `if` or `case`"""
    LOOP = "loop"
    """`for`, `while` or `until`"""
    SUBSHELL = "subshell"
    """`( … )`"""
    FUNCTION = "function"
    """the body of a function"""
    SUBSTITUTION = "substitution"
    """`$( … )`, backticks, `<( … )` or `>( … )`"""
    BACKGROUND = "background"
    """a list that `&` ends"""
    SCRIPT = "script"
    """the text given to `sh -c`, `su -c` or `eval`"""


@frozen()
class Word:
    """One word of a command.

    `text` is the word as it stands in the file. `value` is what the command gets: quotes, escapes and
    continuations removed; expansions and globs are left as they are, and then `is_static` is False.
    """

    text: str
    value: str
    is_static: bool
    start: int
    end: int

    def followed_by(self, rest: "Word") -> "Word":
        """This word and the rest of it, which starts where this one ends."""
        return Word(
            self.text + rest.text, self.value + rest.value, self.is_static and rest.is_static, self.start, rest.end
        )


@frozen()
class Assignment:
    """`name=value` in front of a command or alone; the operator is `=` or `+=`."""

    name: str
    operator: str
    value: Word
    start: int
    end: int


@frozen()
class Redirect:
    """A redirection; `target` is None for `>&-`, `body` is set for `<<` and `<<-`."""

    operator: str
    descriptor: int | None
    target: Word | None
    body: Word | None
    start: int
    end: int


@frozen()
class Command:
    """A simple command, or assignments or redirections that stand alone (then `words` is empty).

    `connector` says how it hangs on what precedes it: `&&`, `||`, `;` (a line end is one), `&`, `|`, `|&`, or
    None for the first one of a script, body, condition or substitution. `context` names what it stands in,
    outermost first. `redirects` has its own redirections first, then those of the compound commands around
    it. The span covers assignments, words and its own redirections, not the body of a here-document.
    """

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    connector: str | None
    negated: bool
    context: tuple[Context, ...]
    start: int
    end: int

    @property
    def name(self) -> str:
        """The first word's value, empty when there are no words."""
        return self.words[0].value if self.words else ""

    @property
    def program(self) -> str:
        """The name without its folders."""
        return self.words[0].value.rpartition("/")[2] if self.words else ""

    @property
    def arguments(self) -> tuple[Word, ...]:
        """All words but the first."""
        return self.words[1:]

    @property
    def options(self) -> tuple[Word, ...]:
        """The arguments before `--` that start with a dash; a dash alone is none."""
        return tuple(word for word in self._before_double_dash() if _is_option(word))

    @property
    def operands(self) -> tuple[Word, ...]:
        """The arguments that are not options; values of options that stand apart are among them."""
        before = self._before_double_dash()
        after = self.arguments[len(before) + 1 :]
        return tuple(word for word in before if not _is_option(word)) + after

    def _before_double_dash(self) -> tuple[Word, ...]:
        for index, word in enumerate(self.arguments):
            if word.value == "--":
                return self.arguments[:index]
        return self.arguments


def _is_option(word: Word) -> bool:
    return len(word.value) > 1 and word.value.startswith("-")
