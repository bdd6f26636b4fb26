"""What becomes of downloads: whether they are verified, run at once, or another thing tomorrow."""

import re

from dfopt.model.invocations import Invocation
from dfopt.model.runs import RunFacts
from dfopt.syntax.commands import Context

_VERIFIERS = frozenset("cosign debsig-verify gpg gpg2 gpgv minisign rhash sigtool slsa-verifier".split())
_SUMS = re.compile(r"(?:b2|md5|sha(?:1|224|256|384|512|3)?)sum|shasum|sha(?:1|256|512)")
_CHECKSUM_OPTION = re.compile(r"--checksum(?:=.+)?")
_MOVING = frozenset(
    "current default dev devel develop development edge head latest main master next nightly release stable staging"
    " trunk unstable".split()
)
_SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})
_INTERPRETER = re.compile(r"(?:node|perl|php|python|ruby)[0-9.]*")
_READERS = frozenset({".", "eval", "source", *_SHELLS})
_PIPES = frozenset({"|", "|&"})


def is_verified(run: RunFacts) -> bool:
    """Whether a command of a RUN computes a checksum or verifies a signature."""
    return any(
        command.program in _VERIFIERS
        or _SUMS.fullmatch(command.program)
        or (command.program == "openssl" and command.operands[:1] and command.operands[0].value in ("dgst", "sha256"))
        or any(_CHECKSUM_OPTION.fullmatch(word.value) for word in command.arguments)
        for command in run.commands
    )


def is_moving(ref: str) -> bool:
    """Whether a Git ref is a branch by its name, or empty: the branch that the repository has as default."""
    return not ref or ref.lower().removeprefix("refs/heads/").removeprefix("origin/") in _MOVING


def runner_of(command: Invocation) -> str | None:
    """The shell or interpreter that runs what a command writes; None where none does."""
    if Context.SUBSTITUTION in command.context:
        around = [each for each in command.run.commands if each.start < command.start and command.end <= each.end]
        return next((each.program for each in reversed(around) if each.program in _READERS), None)
    for following in command.following:
        if following.connector not in _PIPES:
            return None
        if _reads_program(following):
            return following.program
    return None


def _reads_program(command: Invocation) -> bool:
    """Whether a command takes its program from standard input."""
    words = [word.value for word in command.arguments]
    if command.program in _SHELLS:
        first = next((word for word in words if word[:1] not in ("-", "+") or word in ("-", "-s")), "-")
        return first in ("-", "-s", "/dev/stdin") and not any(re.fullmatch(r"-\w*c", word) for word in words)
    return _INTERPRETER.fullmatch(command.program) is not None and words[:1] in ([], ["-"], ["--"])
