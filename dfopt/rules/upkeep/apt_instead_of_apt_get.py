"""The rule `apt-instead-of-apt-get`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import Edits, insert_word_after, replace_word
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule

_SAME_IN_APT_GET = frozenset(
    "install reinstall update remove purge autoremove autopurge clean autoclean build-dep source download"
    " changelog dist-upgrade".split()
)
_SAME_IN_APT_CACHE = frozenset(("search", "show", "showpkg", "policy", "depends", "rdepends"))


class AptInsteadOfAptGet(Rule):
    """apt is made for people at a terminal.

    ## What it does

    Reports each use of `apt` in a RUN.

    ## Why is this bad

    apt says so itself: its command line is not stable and may change between releases. What it prints is meant for a
    terminal. `apt-get` and `apt-cache` are made for scripts.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt update && apt install -y --no-install-recommends curl=7.88.*
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.*
    ```

    ## Fix safety

    Safe: both are the same program behind two command lines. What differs is written down: `apt upgrade` also installs
    new packages, which is `apt-get upgrade --with-new-pkgs`, and `apt full-upgrade` is `apt-get dist-upgrade`. For
    subcommands that only apt has, such as `apt list`, there is no fix.
    """

    id = "apt-instead-of-apt-get"
    aliases = ("DL3027",)
    help = "use apt-get, or apt-cache to look things up"
    fix_safety = Safety.SAFE
    commands = ("apt",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        edits = _edits(command)
        fix = Fix(Safety.SAFE, "use apt-get or apt-cache", edits) if edits else None
        yield Finding(command.words[0], "apt has no stable command line", fix=fix)


def _edits(command: Invocation) -> Edits | None:
    from dfopt.model.managers import APT
    from dfopt.model.options import operands

    word = command.words[0]
    operand = next(iter(operands(command.arguments, APT.valued)), None)
    if command.script is None or operand is None or word.text != word.value:
        return None
    if operand.value in _SAME_IN_APT_GET:
        return replace_word(word, f"{word.value}-get")
    if operand.value in _SAME_IN_APT_CACHE:
        return replace_word(word, f"{word.value}-cache")
    if operand.value == "upgrade":
        return (replace_word(word, f"{word.value}-get") or ()) + insert_word_after(command, operand, "--with-new-pkgs")
    if operand.text == "full-upgrade":
        return (replace_word(word, f"{word.value}-get") or ()) + (replace_word(operand, "dist-upgrade") or ())
    return None
