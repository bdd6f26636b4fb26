"""The rule `package-signatures-unchecked`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import delete_word
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.texts import texts, written
from dfopt.syntax.commands import Word
from dfopt.syntax.nodes import Run

_OPTIONS = {
    "apk": ("--allow-untrusted",),
    "apt": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "apt-get": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "aptitude": ("--allow-untrusted",),
    "dnf": ("--nogpgcheck", "--no-gpgchecks"),
    "microdnf": ("--nogpgcheck", "--no-gpgchecks"),
    "rpm": ("--nosignature", "--nodigest", "--noverify", "--nofiledigest"),
    "tdnf": ("--nogpgcheck",),
    "yum": ("--nogpgcheck",),
    "zypper": ("--no-gpg-checks", "--allow-unsigned-rpm"),
}
"""The options with which a program installs what nobody has signed."""

_REMOVALS = ("autoclean", "autoremove", "clean", "del", "erase", "purge", "remove")
_SETTINGS = re.compile(
    r"(?<![\w-])gpgcheck\s*=\s*(?:0|no|false)|SigLevel\s*=\s*(?:Never|.*TrustAll)|trusted\s*=\s*yes"
    r"|(?:Allow-?Unauthenticated|AllowInsecureRepositories)\"?\s*[ =]\s*\"?(?:true|1|yes)",
    re.IGNORECASE,
)
_MARKS = (b"gpgcheck", b"SigLevel", b"trusted", b"nauthenticated", b"InsecureRepositories")


class PackageSignaturesUnchecked(Rule):
    """Packages are installed though nobody has signed them.

    ## What it does

    Reports options that turn the check of signatures off: `--allow-unauthenticated` and `--force-yes` of apt,
    `--allow-untrusted` of apk, `--nogpgcheck` of dnf and yum, `--nosignature` of rpm, `--no-gpg-checks` of zypper; and
    settings that do so in a RUN: `trusted=yes`, `gpgcheck=0`, `SigLevel = Never`.
    A repository on the builder's own disk (`file:`) is left out, and so are commands that only remove packages.

    ## Why is this bad

    The signature is what tells the distribution's package from anybody's: mirrors are not trusted, and most are not
    even encrypted. Without it whoever is on the way chooses what the build installs, as root.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --allow-unauthenticated curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y curl
    ```

    ## Fix safety

    Unsafe: the option is taken out, where the command answers by `-y` or needs no answer. The build fails where the
    packages are indeed not signed by a key that the image has.
    """

    id = "package-signatures-unchecked"
    aliases = ("CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9", "CKV2_DOCKER_10", "CKV2_DOCKER_11")
    help = "add the key that the packages are signed with"
    fix_safety = Safety.UNSAFE
    commands = tuple(_OPTIONS)
    instructions = (Run,)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if any(word.value in _REMOVALS for word in command.operands[:1]):
            return
        for word in command.arguments:
            if word.value in _OPTIONS[command.program]:
                yield Finding(word, f"{command.program} installs what nobody has signed", fix=_fix(command, word))

    def check_file(self, model: Model) -> Iterator[Finding]:
        marks = [mark for mark in _MARKS if mark in model.data]
        for run in model.runs if marks else ():
            span = run.instruction.span
            text = model.data[span.start.offset : span.end.offset]
            for command in run.commands if any(mark in text for mark in marks) else ():
                for word in texts(command):
                    if (found := _SETTINGS.search(written(word))) and "file:/" not in word.value:
                        yield Finding(word, f"`{found[0].strip()}` lets packages be installed that nobody has signed")


def _fix(command: Invocation, word: Word) -> Fix | None:
    if word.value == "--force-yes" and not command.has_option("-y", "--yes", "--assume-yes"):
        return None
    edits = delete_word(command, word)
    return Fix(Safety.UNSAFE, f"take {word.value} out", edits) if edits else None
