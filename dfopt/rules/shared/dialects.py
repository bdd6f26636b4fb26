"""Whether a script that dash runs does the same in bash.

Only a script that has passed is of interest: what dash can't read or does not know ends most of them. So it is about
words that mean something to bash alone, builtins that behave otherwise (`echo` and its backslashes), and variables that
bash sets. What can't be told is taken for different.
"""

import re

from dfopt.model.invocations import Invocation
from dfopt.model.runs import RunFacts
from dfopt.rules.chains import readable
from dfopt.syntax.commands import Context, Word
from dfopt.syntax.shell import Script

_QUOTED = re.compile(rb"""\\.|'[^']*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_GRAMMAR = re.compile(
    rb"""\{[^{}\s]*(?:,|\.\.)[^{}\s]*\} | &> | \[\[ | <<< | [<>]\( | \$['"] | \w=\( | \[\^ | (?<!\$)\(\( | \{\w+\}[<>]
    | \$0\b | (?:^|[;&|({]|\b(?:do|else|then)\b)\s*(?:coproc|function|select|time)\s""",
    re.VERBOSE,
)
_VARIABLES = re.compile(
    rb"""\b(?:BASH\w*|DIRSTACK|E?UID|FUNCNAME|GROUPS|SHELLOPTS)\b
    | \$\{?(?:EPOCH\w*|HOSTNAME|HOSTTYPE|LINENO|MACHTYPE|OLDPWD|OSTYPE|PIPESTATUS|RANDOM|SECONDS|SHELL|SHLVL|SRANDOM
        |TERM|_)\b
    | \$\[ | \$\(\s*<(?!<) | "\$0" | \$\{\w+(?:[/^,@]|:[^-+=?])""",
    re.VERBOSE,
)
_STEERING = frozenset(
    "BASHOPTS BASH_ENV EUID EXECIGNORE GLOBIGNORE GROUPS POSIXLY_CORRECT PPID SHELLOPTS TMOUT UID".split()
)
_OTHER_COMMANDS = frozenset(
    "[[ alias bind builtin caller compgen complete compopt coproc declare dirs disown enable env eval function help"
    " history let logout mapfile popd printenv pushd readarray select shopt source suspend time times trap type typeset"
    " ulimit".split()
)
_SPECIAL_BUILTINS = frozenset(". : break continue exec exit export readonly return set shift times trap unset".split())
_TESTS_OF_BASH = frozenset({"==", "=~", "-v", "-N", "-R"})
_COLLATIONS = ("LC_ALL", "LC_COLLATE", "LANG")
_LOOP_OVER_NAMES = re.compile(r"\bfor\s+\w+\s+in\s[^;\n]*[*?\[]")
_IN_ANY_ORDER = frozenset("chgrp chmod chown cp install ln mkdir mv rm rmdir strip touch".split())
_SETTINGS = re.compile(r"(?:.*/)?(?:activate|envvars|lsb-release|os-release)|/dev/null")
_ECHO_OPTION = re.compile(r"-[neE]+")
_PRINTED_ALIKE = re.compile(r"\\[abfnrtv\\0-7]|%%|%[-+ #0]*[0-9]*(?:\.[0-9]+)?[bcdiosuxX]")
_DECLARERS = frozenset({"export", "local", "readonly"})
_ONE_WORD = re.compile(r"\$(?:\{(?:HOME|PATH|PWD)\}|(?:HOME|PATH|PWD)\b)")
_SPLITS = re.compile(r"[\s$`*?\[~]")
_GLOB = re.compile(rb"[*?\[]")
_TILDE = re.compile(r"\w+\+?=(?:[^'\"]*:)?~")
_PLAIN_ANSWER = re.compile(
    r"\$\((?:arch|date|dpkg|getconf|id|lsb_release|mktemp|nproc|pwd|rpm|uname|whoami)\b[^()`$\\|]*"
    r"(?:\|\s*(?:awk|cut|head|sed|sort|tail|tr)\b[^()`\\|]*)*\)"
    r"|\$\{?(?:ID|PWD|VERSION_CODENAME|VERSION_ID|UBUNTU_CODENAME)\b\}?|\$[#?]"
)
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_INNER = frozenset({Context.BRANCH, Context.CONDITION, Context.LOOP, Context.SUBSHELL})


def means_the_same_to_bash(run: RunFacts) -> bool:
    """Whether bash does with a RUN what dash does, where dash succeeds with it."""
    if run.is_exec_form:
        return True
    own = [each for each in run.commands if Context.SCRIPT not in each.context]
    return (
        not (_sorts_otherwise(run) and _asks_for_order(run, own))
        and _STEERING.isdisjoint(run.env)
        and all(_is_read_alike(script) for script in run.scripts)
        and all(_does_the_same(each) for each in own)
        and not _leaves_substitutions_early(own)
    )


def _sorts_otherwise(run: RunFacts) -> bool:
    """Whether bash puts the names that a pattern stands for in a language's order; dash goes by their bytes."""
    locale = next((run.env[each] for each in _COLLATIONS if run.env.get(each)), "C")
    return not locale.startswith("C") and locale != "POSIX"


def _asks_for_order(run: RunFacts, commands: list[Invocation]) -> bool:
    """Whether a pattern stands where the order of names matters."""
    words = [word for each in commands if each.program not in _IN_ANY_ORDER for word in each.arguments]
    texts = [word.text.encode("utf-8", "surrogateescape") for word in words]
    is_looped = any(_LOOP_OVER_NAMES.search(script.text) for script in run.scripts)
    return is_looped or any(_GLOB.search(_unquoted(each)) for each in texts)


def _is_read_alike(script: Script) -> bool:
    """Whether no word of it is bash's alone; in here-documents, quotes are not told from text."""
    source = readable(script)
    if source is None or _VARIABLES.search(source):
        return False
    if script.source.head < len(script.source.data):
        return _GRAMMAR.search(source) is None
    inner = [each for each in script.commands if Context.SUBSTITUTION in each.context]
    parts = [source, *[source[each.start - script.start : each.end - script.start] for each in inner]]
    return not any(_GRAMMAR.search(_unquoted(part)) for part in parts)


def _unquoted(text: bytes) -> bytes:
    """A script in which what quotes hold is taken out, and the quotes stay."""
    return _QUOTED.sub(lambda match: b"_" if match[0].startswith(b"\\") else match[0][:1] * 2, text)


def _does_the_same(command: Invocation) -> bool:
    words = command.outer.words
    if command.program in _OTHER_COMMANDS or (words and words[0].value in _OTHER_COMMANDS - {"env"}):
        return False
    if command.assignments and command.program in _SPECIAL_BUILTINS:
        return False
    if any(_TILDE.match(word.text) for word in command.arguments):
        return False
    targets = [each.target.text.encode("utf-8", "surrogateescape") for each in command.redirects if each.target]
    return not any(_GLOB.search(_unquoted(each)) for each in targets) and _builtin_does_the_same(command)


def _builtin_does_the_same(command: Invocation) -> bool:
    words = [word.value for word in command.arguments]
    match command.program:
        case "echo":
            return _is_log(command) or _echoes_the_same(command)
        case "printf":
            return _prints_the_same(command)
        case "[" | "test":
            return _TESTS_OF_BASH.isdisjoint(words)
        case "read" | "wait":
            return not any(word.startswith("-") and word != "-r" for word in words)
        case ".":
            return len(words) == 1 and _SETTINGS.fullmatch(words[0]) is not None
        case "set":
            return bool(words)
        case "command":
            return _OTHER_COMMANDS.isdisjoint(words)
        case program if program in _DECLARERS:
            return (
                bool(words)
                and "-p" not in words
                and all(_declares_the_same(command, each) for each in command.arguments)
            )
        case _:
            return True


def _is_log(command: Invocation) -> bool:
    """Whether nothing but the build's log gets what a command prints."""
    is_heard = {Context.FUNCTION, Context.PIPELINE, Context.SUBSTITUTION}
    to_errors = all(each.operator == ">&" and each.target and each.target.value == "2" for each in command.redirects)
    return to_errors and is_heard.isdisjoint(command.context)


def _echoes_the_same(command: Invocation) -> bool:
    """Whether there is no backslash, which dash's `echo` reads, and no option but one `-n`."""
    words = [command.value(word) for word in command.arguments]
    is_quiet = words[:1] == ["-n"]
    if any(_ECHO_OPTION.fullmatch(word) for word in words[is_quiet : is_quiet + 1]) or any(
        "\\" in word for word in words
    ):
        return False
    reader = next((each for each in command.following if each.start >= command.end), None)
    is_checked = reader is not None and reader.connector == "|" and reader.program.endswith("sum")
    return is_checked or all(_is_told(command, word) for word in command.arguments)


def _prints_the_same(command: Invocation) -> bool:
    if not command.arguments:
        return True
    form, *values = command.arguments
    texts = [command.value(form), *[command.value(word) for word in values if "%b" in form.value]]
    is_alike = not any("\\" in rest or "%" in rest for rest in [_PRINTED_ALIKE.sub("", text) for text in texts])
    return is_alike and not form.value.startswith("-") and _is_told(command, form)


def _is_told(command: Invocation, word: Word) -> bool:
    """Whether all of a word is known, or the answer of a program or file that has no backslashes."""
    if word.is_static:
        return True
    rest = _VARIABLE.sub(lambda match: match[0] if not _is_set_plainly(command, match[1]) else "", command.value(word))
    return _is_plain(rest)


def _is_set_plainly(command: Invocation, name: str) -> bool:
    """Whether the script itself has set a variable in front of a command, and each time to what holds no backslash."""
    before = command.run.commands[: command.index]
    values = [each.value.value for other in before for each in other.assignments if each.name == name]
    declared = [word.value for other in before if other.program in _DECLARERS for word in other.arguments]
    values += [value for key, equals, value in (word.partition("=") for word in declared) if key == name and equals]
    is_read = any(other.program == "read" for other in before)
    is_looped = any(re.search(rf"\bfor\s+{name}\b", script.text) for script in command.run.scripts)
    return bool(values) and not is_read and not is_looped and all(_is_plain(value) for value in values)


def _is_plain(value: str) -> bool:
    rest = _PLAIN_ANSWER.sub("", value)
    return not any(each in rest for each in "$`\\")


def _declares_the_same(command: Invocation, word: Word) -> bool:
    """Whether dash, to which `export a=$b` is a command like any other, would see one word in it as bash does."""
    bare = _unquoted(word.text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    if not _SPLITS.search(_ONE_WORD.sub("", bare)):
        return True
    return not _SPLITS.search(_ONE_WORD.sub("", command.value(word)))


def _leaves_substitutions_early(commands: list[Invocation]) -> bool:
    """Whether `set -e` may end a list inside a substitution, in which bash lets go of it."""
    inside = [each for each in commands if each.errexit and Context.SUBSTITUTION in each.context]
    has_function = any(Context.FUNCTION in each.context for each in commands)
    return any(has_function or each.connector in (";", "&") or _is_nested_inside(each) for each in inside)


def _is_nested_inside(command: Invocation) -> bool:
    """Whether a command stands in something else inside its substitution."""
    inside = command.context[command.context.index(Context.SUBSTITUTION) :]
    return not _INNER.isdisjoint(inside)
