"""The instructions that give the final stage the configuration of the original image.

What the Dockerfile itself says is repeated as it is written, variables and all, so that build arguments keep their
effect; what the base says is spelled out, since nothing of the base is below the final stage any more.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from dfopt.model.config import Healthcheck
from dfopt.slim.commands import Start
from dfopt.slim.plan import Refusal
from dfopt.slim.subject import Subject
from dfopt.syntax import nodes
from dfopt.syntax.nodes import Instruction

_REFERENCE = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_REPEATED = (nodes.Env, nodes.Label, nodes.Expose, nodes.Volume)
_LAST_ONLY = (nodes.User, nodes.Stopsignal, nodes.Maintainer)
_READ_BY_PROGRAMS = frozenset(("ASPNETCORE_URLS",))
_NEEDS_QUOTES = re.compile(r"[^A-Za-z0-9_./:,@%+=-]")


def restate(subject: Subject, start: Start | None = None) -> tuple[str, ...] | Refusal:
    """The instructions, each without its line end; refused where they use a variable of the base with unknown value.

    `start` is how the container starts, where that is not as the subject says.
    """
    start = start or subject.start
    repeated = _repeated(subject, start)
    text = "\n".join(map(_code, repeated))
    names = set(_REFERENCE.findall(text))
    arguments = [each for each in subject.instructions if isinstance(each, nodes.Arg) and _declares(each, names)]
    if lost := sorted(names & subject.base.unstated - {*_set(repeated), *_set(arguments)}):
        return Refusal(
            "base-variable",
            f"the configuration uses {lost[0]}, which the base image sets to a value that is not known here; use an "
            "engine, or write the value into the Dockerfile",
        )
    ordered = [each for each in subject.instructions if any(each is one for one in (*arguments, *repeated))]
    unset = _READ_BY_PROGRAMS & subject.base.unstated - {*_set(subject.instructions)}
    if unset:
        return Refusal(
            "base-variable",
            f"the base image sets {min(unset)}, which programs read, to a value that is not known here; use an engine, "
            "or set it in the Dockerfile",
        )
    return (*_base(subject), *map(_code, ordered), *_start(subject, start), *_onbuild(subject))


def _repeated(subject: Subject, start: Start) -> list[Instruction]:
    """The instructions of the Dockerfile that still have an effect on the configuration."""
    found: list[Instruction] = [each for each in subject.instructions if isinstance(each, _REPEATED)]
    for kind in _LAST_ONLY:
        found += [each for each in subject.instructions if isinstance(each, kind)][-1:]
    if start.shells:
        found += [each for each in subject.instructions if isinstance(each, nodes.Shell)][-1:]
    return found + list(_workdirs(subject.instructions))


def _workdirs(instructions: Iterable[Instruction]) -> Iterator[Instruction]:
    """The last WORKDIR that does not build on another one, and those behind it."""
    workdirs = [each for each in instructions if isinstance(each, nodes.Workdir)]
    absolute = [n for n, each in enumerate(workdirs) if each.argument.value.strip().strip("\"'").startswith("/")]
    yield from workdirs[absolute[-1] if absolute else 0 :]


def _base(subject: Subject) -> Iterator[str]:
    config = subject.base.config
    kinds = {type(each) for each in subject.instructions}
    if config.env:
        yield _settings("ENV", config.env)
    if config.labels:
        yield _settings("LABEL", config.labels)
    if config.user and nodes.User not in kinds:
        yield f"USER {config.user}"
    if config.workdir and config.workdir != "/" and not _has_absolute_workdir(subject):
        yield f"WORKDIR {config.workdir}"
    if config.exposed:
        yield f"EXPOSE {' '.join(port.removesuffix('/tcp') for port in config.exposed)}"
    if config.volumes:
        yield f"VOLUME {json.dumps(list(config.volumes), ensure_ascii=False)}"
    if config.stopsignal and nodes.Stopsignal not in kinds:
        yield f"STOPSIGNAL {config.stopsignal}"


def _start(subject: Subject, start: Start) -> Iterator[str]:
    if start.healthcheck:
        same = start.healthcheck == subject.config.healthcheck
        yield _own(subject, nodes.Healthcheck, same) or healthcheck(start.healthcheck)
    if start.entrypoint:
        same = start.entrypoint == subject.config.entrypoint
        yield _own(subject, nodes.Entrypoint, same) or f"ENTRYPOINT {_json(start.entrypoint)}"
    if start.cmd:
        yield _own(subject, nodes.Cmd, start.cmd == subject.config.cmd) or f"CMD {_json(start.cmd)}"


def _own(subject: Subject, kind: type[Instruction], is_unchanged: bool) -> str | None:
    """The Dockerfile's own instruction, where it is the one that holds."""
    own = [each for each in subject.instructions if isinstance(each, kind)]
    return _code(own[-1]) if own and is_unchanged else None


def _onbuild(subject: Subject) -> Iterator[str]:
    for instruction in subject.stage.instructions_of(nodes.Onbuild):
        yield _code(instruction)


def healthcheck(check: Healthcheck) -> str:
    """The instruction that sets a health check."""
    options = "".join([f"--{name}={value} " for name, value in check.options.items()])
    kind, *words = check.test
    if kind == "NONE":
        return "HEALTHCHECK NONE"
    return f"HEALTHCHECK {options}CMD {words[0] if kind == 'CMD-SHELL' else _json(words)}"


def _settings(keyword: str, settings: Mapping[str, str]) -> str:
    return f"{keyword} " + " ".join([f"{_quoted(name)}={_quoted(value)}" for name, value in settings.items()])


def _quoted(text: str) -> str:
    if text and not _NEEDS_QUOTES.search(text):
        return text
    return '"' + re.sub(r'(["\\$])', r"\\\1", text) + '"'


def _json(words: Iterable[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _code(instruction: Instruction) -> str:
    """An instruction as it is written, without the comments above it and its line end."""
    head = instruction.head.with_changes(prefix="")
    return instruction.with_changes(head=head, newline=None).code.replace("\r\n", "\n").rstrip()


def _declares(instruction: nodes.Arg, names: set[str]) -> bool:
    return any(setting.name.value in names for setting in instruction.settings)


def _set(instructions: Iterable[Instruction]) -> Iterator[str]:
    for instruction in instructions:
        if isinstance(instruction, (nodes.Env, nodes.Arg)):
            yield from (setting.name.value for setting in instruction.settings)


def _has_absolute_workdir(subject: Subject) -> bool:
    words = [each.argument.value for each in subject.instructions if isinstance(each, nodes.Workdir)]
    return any(word.strip().strip("\"'").startswith("/") for word in words)
