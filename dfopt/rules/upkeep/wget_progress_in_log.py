"""The rule `wget-progress-in-log`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.distributions import family

_SAYS_HOW = ("--quiet", "--no-verbose", "--progress", "--output-file", "--append-output", "--help", "--version")
_VALUED = frozenset("aABDeGiIloOPQRtTUwX")
_TAKES_A_LETTER = "n"
_BUSYBOX = ("alpine", "busybox")


class WgetProgressInLog(Rule):
    """wget fills the log of the build with its progress.

    ## What it does

    Reports `wget` without `-q`, `-nv`, `--progress` or a file for its messages, where these messages go to the log.

    ## Why is this bad

    Without a terminal wget prints a line for every 50 KB: 20,000 lines for a file of 1 GB. What matters drowns in it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN wget https://example.com/app.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN wget -nv https://example.com/app.tar.gz
    ```

    ## Fix safety

    Safe: the same file is fetched, and only the log is shorter. The fix adds `-nv`, which still shows errors. Where
    wget is that of BusyBox (Alpine without the package `wget`), or where that can't be told, it adds `-q`, for
    BusyBox fails on `-nv` and `--progress`.
    """

    id = "wget-progress-in-log"
    aliases = ("DL3047",)
    severity = Severity.INFO
    help = "add -nv or --progress=dot:giga, or -q for the wget of BusyBox"
    fix_safety = Safety.SAFE
    commands = ("wget",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if not command.arguments or command.has_option(*_SAYS_HOW) or _is_quiet(command) or _is_captured(command):
            return
        option = "-nv" if _is_gnu(command) else "-q"
        edits = insert_word_after(command, command.words[0], option)
        fix = Fix(Safety.SAFE, f"add {option}", edits) if edits else None
        yield Finding(command, "wget writes its progress to the log, line by line", fix=fix)


def _is_quiet(command: Invocation) -> bool:
    """Whether a short option, alone or in a cluster, makes it quiet or sends its messages to a file."""
    return any(_silences(word.value) for word in command.arguments)


def _silences(option: str) -> bool:
    if not option.startswith("-") or option.startswith("--"):
        return False
    letters = iter(option[1:])
    for letter in letters:
        if letter in "qoa" or (letter == _TAKES_A_LETTER and next(letters, "") == "v"):
            return True
        if letter in _VALUED:
            return False
    return False


def _is_captured(command: Invocation) -> bool:
    """Whether its messages go somewhere else than to the log."""
    return any(each.descriptor == 2 or each.operator in ("&>", "&>>", ">&") for each in command.redirects)


def _is_gnu(command: Invocation) -> bool:
    found = family(command.stage)
    if found in _BUSYBOX:
        installs = [each for stage in command.stage.lineage for each in stage.package_commands if each.is_install]
        return any(package.name == "wget" for each in installs for package in each.packages)
    return found is not None
