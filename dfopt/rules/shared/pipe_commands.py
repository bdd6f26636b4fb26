"""What single commands do at an end of a pipe or in its middle: whether they can fail, and whether they read it all."""

import re
from collections.abc import Sequence

from dfopt.model.invocations import Invocation
from dfopt.rules.shared.distributions import runs_as_root, shells
from dfopt.rules.shared.piped_downloads import notices_torn_input
from dfopt.syntax.commands import Word

PRINTERS = frozenset({"echo", "printf"})
GREPS = frozenset({"egrep", "fgrep", "grep"})
_AWKS = frozenset({"awk", "gawk"})
_FILTERS = _AWKS | {"cat", "cut", "rev", "sed", "sort", "tr", "uniq"}
_FILE_READERS = (_FILTERS | GREPS) - {"rev", "tr", "uniq"}
_WITH_PROGRAM = _AWKS | GREPS | {"sed"}
_VALUED = {
    **dict.fromkeys(_AWKS, ("-F", "-v")),
    **dict.fromkeys(("cut", "sort"), ("-b", "-c", "-d", "-f", "-k", "-S", "-t", "-T")),
    "uniq": ("-f", "-s", "-w"),
    **dict.fromkeys((*GREPS, "sed"), ("-e", "--expression", "--regexp")),
}
_READ_ALL = _FILTERS | frozenset(
    "base64 bash bc chpasswd crontab debconf-set-selections gpg jq patch psql mysql sh tee wc xargs xxd".split()
)
_STOPS_EARLY = ("-q", "-m", "-l", "--quiet", "--silent", "--max-count", "--files-with-matches")
_LEAVES_EARLY = re.compile(r"(?<![A-Za-z])[qQ](?![A-Za-z])")
_HAS_STATUS_OF_ITS_OWN = re.compile(r"\b(?:BEGIN|END|exit|getline)\b")
_READS_NUMBERS = re.compile(r"%[^A-Za-z%]*[AEFGXacdefgioux]")
_TELLS_ALWAYS = {
    "apt-mark": frozenset({"showauto", "showhold", "showmanual"}),
    "dpkg": frozenset({"--get-selections", "--list", "--print-architecture", "-l"}),
}
_NOT_ALWAYS_THE_SAME = re.compile(r"/|/(?:dev|proc|run|sys|tmp)(?:/.*)?|.*[*?\[$`~].*")
_MAY_BE_SEVERAL = re.compile(r"\$\{?\w+\}?|.*[*?\[`].*|.*\$\(.*")
_NAME_TESTS = frozenset({"-iname", "-ipath", "-iregex", "-maxdepth", "-mindepth", "-name", "-path", "-regex", "-type"})
_NAME_LOGIC = frozenset({"!", "(", ")", "-a", "-and", "-not", "-o", "-or", "-print"})


def never_fails(command: Invocation) -> bool:
    """Whether a command that reads nothing can't fail; of Debian's package managers, as each build needs them."""
    words = [word.value for word in command.arguments]
    if not _writes_nowhere_else(command):
        return False
    if command.program in _TELLS_ALWAYS:
        return len(words) == 1 and words[0] in _TELLS_ALWAYS[command.program] and "dash" in shells(command.stage)
    if command.program == "printf":
        return len(words) < 2 or not ("$" in words[0] or _READS_NUMBERS.search(words[0]))
    return command.program in PRINTERS


def reads_one_file(command: Invocation) -> bool:
    """Whether a command can fail only where the one file that it reads is not there, and then writes nothing."""
    if command.program not in _FILE_READERS or _has_a_will(command) or not _writes_nowhere_else(command):
        return False
    operands = _operands(command)
    is_one = len(operands) == 1 + (command.program in _WITH_PROGRAM)
    return is_one and not _MAY_BE_SEVERAL.fullmatch(operands[-1].text)


def lists_one_folder(command: Invocation) -> bool:
    """Whether it is `find`, run by root with tests of names, which fails only where the one folder is not there."""
    words = [word.value for word in command.arguments]
    if command.program != "find" or not words or words[0].startswith("-") or _NOT_ALWAYS_THE_SAME.fullmatch(words[0]):
        return False
    rest = iter(words[1:])
    is_known = all(word in _NAME_LOGIC or (word in _NAME_TESTS and next(rest, None)) for word in rest)
    return is_known and runs_as_root(command.run) is True and not command.is_wrapped


def passes_on(command: Invocation) -> bool:
    """Whether a command in the middle can't fail, reads all, and writes nothing where it gets nothing."""
    if command.program not in _FILTERS or reads_elsewhere(command) or _has_a_will(command):
        return False
    return len(_operands(command)) <= (2 if command.program == "tr" else command.program in _WITH_PROGRAM)


def reads_all(command: Invocation) -> bool:
    """Whether a command reads a pipe to its end."""
    if reads_elsewhere(command) or _has_a_will(command):
        return False
    if command.program in GREPS:
        return not stops_early(command)
    if command.program == "dpkg":
        return command.has_option("--set-selections")
    is_known = command.program in _READ_ALL or command.program.endswith("sum") or command.outer.program == "xargs"
    return is_known or notices_torn_input(command)


def fails_on_nothing(command: Invocation) -> bool:
    """Whether a command that reads a pipe fails where there is nothing to read."""
    if command.program.endswith("sum"):
        return command.has_option("-c", "--check")
    if command.program in GREPS:
        return not command.has_option("-v", "-c", "-L", "--invert-match", "--count", "--files-without-match")
    return _gets_names(command) or notices_torn_input(command)


def removes_files(command: Invocation) -> bool:
    """Whether xargs gives `rm` names of files, one at least; folders it leaves alone."""
    return command.program == "rm" and _gets_names(command) and not command.has_option("-r", "-R", "--recursive")


def stops_early(command: Invocation) -> bool:
    """Whether grep leaves when it has found something: it is told to, or nobody would see more."""
    outputs = [each.target.value for each in command.redirects if each.operator in (">", ">>") and each.target]
    return "/dev/null" in outputs or command.has_option(*_STOPS_EARLY)


def reads_elsewhere(command: Invocation) -> bool:
    """Whether a file or a here-document takes the place of the pipe."""
    return any(each.operator.startswith("<") for each in command.redirects)


def _writes_nowhere_else(command: Invocation) -> bool:
    """Whether no file is written to, which might not be possible."""
    targets = [each.target for each in command.redirects if each.operator != ">&"]
    return all(target and target.value == "/dev/null" for target in targets)


def _gets_names(command: Invocation) -> bool:
    """Whether xargs gives names to `rm` or `strip`, which want one at least."""
    is_xargs = command.outer.program == "xargs" and command.program in ("rm", "strip")
    words = [word.value for word in command.outer.words]
    return is_xargs and words[1:2] == [command.program] and not command.has_option("-f", "--force")


def _has_a_will(command: Invocation) -> bool:
    """Whether a program for awk or sed may leave early, choose its status, or write without being given a line."""
    if command.program not in (*_AWKS, "sed"):
        return False
    text = " ".join([word.value for word in command.arguments])
    pattern = _HAS_STATUS_OF_ITS_OWN if command.program in _AWKS else _LEAVES_EARLY
    return command.has_option("-f", "--file", "-i", "--in-place") or pattern.search(text) is not None


def _operands(command: Invocation) -> Sequence[Word]:
    """The operands, the program of awk, grep and sed among them also where an option gives it."""
    valued = _VALUED.get(command.program, ())
    programs = command.option_values("-e", "--expression", "--regexp") if "-e" in valued else ()
    return (*programs[:1], *command.operands_but(*valued))
