"""The rule `certificate-check-disabled`."""

import re
from collections.abc import Callable, Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import delete, delete_word, replace_word
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Word
from dfopt.syntax.edits import Edit

_OFF = frozenset({"0", "false", "no", "none", "off"})
_CURL_CLUSTER = re.compile(r"-[a-zA-Z0-9#]*k[a-zA-Z0-9#]*")
_CURL_VALUED = frozenset("AbcCdDeEFhHKmoPQrtTuUwxXyYz")
_GIT_SETTING = re.compile(r"(?:http\..*\.|http\.)sslverify=(?:false|0|no|off)", re.IGNORECASE)
_APT_SETTING = re.compile(r"Acquire::https(?:::.*)?::Verify-(?:Peer|Host)=[\"']?(?:false|0|no)", re.IGNORECASE)
_YUM_SETTING = re.compile(r"--setopt=(?:.*\.)?sslverify=(?:false|0|no)", re.IGNORECASE)


class CertificateCheckDisabled(Rule):
    """A command is told not to check certificates.

    ## What it does

    Reports `curl -k`, `wget --no-check-certificate`, `pip --trusted-host`, `git -c http.sslVerify=false` and the same
    by `git config`, `npm config set strict-ssl false` and that of yarn and pnpm, `conda config --set ssl_verify false`,
    `composer config disable-tls true`, and the settings of apt and yum.

    ## Why is this bad

    Without the check anybody on the way can answer in the server's name, and the build installs what they send. A
    setting that is written to a file stays in the image and works on everything that runs there.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -k -O https://example.com/tool.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN curl -O https://example.com/tool.tar.gz
    ```

    ## Fix safety

    Unsafe: the option of curl and wget, or the command that turns the check off, is taken out. The build fails where
    the server's certificate is indeed not valid, or where the image has no CA certificates.
    """

    id = "certificate-check-disabled"
    aliases = ("CKV2_DOCKER_2", "CKV2_DOCKER_3", "CKV2_DOCKER_4", "CKV2_DOCKER_13", "CKV2_DOCKER_15")
    help = "install ca-certificates, or add the certificate of your own authority to the image"
    fix_safety = Safety.UNSAFE
    commands = (
        "apt",
        "apt-get",
        "aria2c",
        "composer",
        "conda",
        "curl",
        "dnf",
        "git",
        "mamba",
        "npm",
        "pip",
        "pip3",
        "pnpm",
        "python",
        "python3",
        "wget",
        "yarn",
        "yum",
        "yum-config-manager",
    )

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        check = _CHECKS.get(command.program)
        if check and (word := check(command)):
            yield Finding(word, f"{command.program} does not check the server's certificate", fix=_fix(command, word))


def _curl(command: Invocation) -> Word | None:
    """`-k`, alone or among other letters, not in the value of one of them."""
    for word in command.arguments:
        if word.value in ("--insecure", "--proxy-insecure"):
            return word
        if _CURL_CLUSTER.fullmatch(word.value) and not _CURL_VALUED & set(word.value[: word.value.index("k")]):
            return word
    return None


def _with_option(*names: str) -> Callable[[Invocation], Word | None]:
    return lambda command: next((word for word in command.arguments if _named(word.value, names)), None)


def _named(value: str, names: tuple[str, ...]) -> bool:
    return value in names or any("=" not in name and value.startswith(f"{name}=") for name in names)


def _matching(pattern: re.Pattern[str]) -> Callable[[Invocation], Word | None]:
    return lambda command: next((word for word in command.arguments if pattern.search(word.value)), None)


def _git(command: Invocation) -> Word | None:
    if found := _matching(_GIT_SETTING)(command):
        return found
    words = command.operands
    if len(words) > 2 and words[0].value == "config" and words[1].value.lower().endswith("sslverify"):
        return words[1] if words[2].value.lower() in _OFF else None
    return None


def _config(key: str, off: frozenset[str] = _OFF) -> Callable[[Invocation], Word | None]:
    """A `config` subcommand that gives a key one of these values, in one word or in two."""

    def check(command: Invocation) -> Word | None:
        words = command.arguments
        if "config" not in [word.value for word in words[:2]] and "set" not in [word.value for word in words[:1]]:
            return None
        for index, word in enumerate(words):
            name, equals, value = word.value.partition("=")
            following = words[index + 1].value if index + 1 < len(words) else ""
            if name == key and (value if equals else following).lower() in off:
                return word
        return None

    return check


def _pip(command: Invocation) -> Word | None:
    words = [word.value for word in command.arguments]
    if command.program.startswith("python") and words[:2] != ["-m", "pip"]:
        return None
    has_setting = "config" in words and "set" in words
    return _with_option("--trusted-host")(command) or (
        _with_option("global.trusted-host")(command) if has_setting else None
    )


def _fix(command: Invocation, word: Word) -> Fix | None:
    if command.program in ("curl", "wget"):
        edits = _without(command, word)
        return Fix(Safety.UNSAFE, f"take {word.value} out", edits) if edits else None
    if "config" in [each.value for each in command.operands[:1]]:
        removed = delete(command)
        return Fix(Safety.UNSAFE, "leave the check on", removed) if removed else None
    return None


def _without(command: Invocation, word: Word) -> tuple[Edit, ...] | None:
    if word.value.startswith("--") or len(word.value) == 2:
        return delete_word(command, word)
    return replace_word(word, word.value.replace("k", "", 1)) if word.text == word.value else None


_strict_ssl = _config("strict-ssl")

_CHECKS: dict[str, Callable[[Invocation], Word | None]] = {
    "apt": _matching(_APT_SETTING),
    "apt-get": _matching(_APT_SETTING),
    "aria2c": _with_option("--check-certificate=false"),
    "composer": _config("disable-tls", frozenset({"true", "1"})),
    "conda": _config("ssl_verify"),
    "curl": _curl,
    "dnf": _matching(_YUM_SETTING),
    "git": _git,
    "mamba": _config("ssl_verify"),
    "npm": _strict_ssl,
    "pip": _pip,
    "pip3": _pip,
    "pnpm": _strict_ssl,
    "python": _pip,
    "python3": _pip,
    "wget": _with_option("--no-check-certificate"),
    "yarn": _strict_ssl,
    "yum": _matching(_YUM_SETTING),
    "yum-config-manager": _matching(_YUM_SETTING),
}
