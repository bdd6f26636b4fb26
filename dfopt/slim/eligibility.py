"""Which stages can be slimmed at all; the first reason against it, for people."""

import re
from collections.abc import Callable

from dfopt.knowledge.bases import Variant, identify
from dfopt.model import Model, Stage
from dfopt.slim.commands import is_prompt, started_programs
from dfopt.slim.plan import Refusal
from dfopt.slim.stage.instructions import tables
from dfopt.slim.subject import Subject
from dfopt.syntax import nodes

_WITHOUT_TOOLS = frozenset(("microdnf", "tdnf"))
_INIT = re.compile(
    r"(/usr)?(/s?bin|/lib/systemd)/(init|systemd)|systemd|/?init|(/usr(/local)?)?(/s?bin/)?(my_init|runsvdir(-start)?|s6-svscan)"
)
_IDLE = frozenset((("tail", "-f", "/dev/null"), ("sleep", "infinity"), ("tail", "-F", "/dev/null")))
_RUNS_WORK_OF_OTHERS = re.compile("|".join(tables("work")))
_LACK = (
    (re.compile(r"(^|/)amazonlinux(:|@|$)"), ("tar", "findutils")),
    (re.compile(r"(^|/)oraclelinux:7-slim"), ("tar",)),
)
"""Bases that are known to come without a tool, by their packages."""
_OF_THE_PROJECT = re.compile(r"\.tac$|(^|/)(mvnw|gradlew)$")
_SSH = "22/tcp"
"""Who opens this port lets people log in, whatever package brought the server."""
_SYSTEM_FOLDER = re.compile(r"^(/usr(/local)?)?/s?bin/")
_HIDES_PROGRAMS = re.compile(r".*\.(sh|bash)|.*(entry|start|run|init|boot|launch)[^/]*|(.*/)?(service|supervisord)")
"""What runs programs that the Dockerfile does not name."""


def objection_to_file(model: Model) -> Refusal | None:
    """Why nothing of a file can be slimmed."""
    fatal = next((problem for problem in model.tree.problems if problem.fatal), None)
    if fatal:
        return Refusal("unreadable", f"line {fatal.span.start.line}: {fatal.message}; mend that first")
    return None if model.stages else Refusal("no-stage", "there is no FROM, so there is nothing to build")


def objection_to_stage(stage: Stage) -> Refusal | None:
    """Why a stage can't be slimmed, whatever its base sets."""
    return next((reason for check in _STAGE_CHECKS if (reason := check(stage))), None)


def objection_to_subject(subject: Subject) -> Refusal | None:
    """Why a stage can't be slimmed, its whole configuration known."""
    return next((reason for check in _SUBJECT_CHECKS if (reason := check(subject))), None)


def _windows(stage: Stage) -> Refusal | None:
    return Refusal("windows", "it is a Windows image; only Linux images can be slimmed") if stage.is_windows else None


def _scratch(stage: Stage) -> Refusal | None:
    if stage.lineage[-1].is_scratch:
        return Refusal(
            "scratch", "its final stage is built from scratch already, so it holds only what was put into it"
        )
    return None


def _unresolved(stage: Stage) -> Refusal | None:
    if stage.root_base is None:
        image = stage.lineage[-1].from_.image.value
        return Refusal("unresolved-base", f"FROM {image} has a variable without a value; give it with --build-arg")
    return None


def _distroless(stage: Stage) -> Refusal | None:
    base = identify(stage.root_base or "")
    if base and base.variant is Variant.DISTROLESS:
        return Refusal("distroless", f"its base {stage.root_base} has no more than it needs already")
    return None


def _tools(stage: Stage) -> Refusal | None:
    base = identify(stage.root_base or "")
    if base is None:
        return None
    if not base.shells:
        return Refusal("no-shell", f"its base {stage.root_base} has no shell, so nothing can be gathered in it")
    if base.family == "busybox":
        return Refusal("busybox", f"its base {stage.root_base} is about as small as it gets")
    if _WITHOUT_TOOLS.intersection(base.package_managers):
        return Refusal("no-tools", f"its base {stage.root_base} lacks tar and find, with which files are gathered")
    return None


def _triggers(stage: Stage) -> Refusal | None:
    triggers = [each.trigger for each in stage.instructions_of(nodes.Onbuild)]
    if any(isinstance(trigger, nodes.Run) for trigger in triggers):
        return Refusal(
            "onbuild", "it is made to be built upon: its ONBUILD RUN needs the tools that slimming takes away"
        )
    return None


def _nothing_to_run(subject: Subject) -> Refusal | None:
    command = subject.start.command
    if not command:
        return Refusal("no-entrypoint", "it says nothing about what to run; give it an ENTRYPOINT or a CMD")
    if is_prompt(command) or (subject.start.cmd and is_prompt(subject.start.cmd)):
        return Refusal(
            "prompt",
            f"what it runs is a prompt ({' '.join(command)}), so all of it may be needed; give it an ENTRYPOINT or "
            "a CMD that names the program",
        )
    return None


def _idle(subject: Subject) -> Refusal | None:
    command = subject.start.command
    if command in _IDLE:
        return Refusal(
            "idle", f"it only waits ({' '.join(command)}) for people to come in; name the program that it is for"
        )
    if _INIT.fullmatch(command[0]):
        return Refusal("init-system", "it runs an init system, whose services can't be told from the Dockerfile")
    return None


def _work_of_others(subject: Subject) -> Refusal | None:
    started = started_programs(subject.start.command)
    names = [_SYSTEM_FOLDER.sub("", word) for word in started if word not in subject.brought]
    names += [word.rpartition("/")[2] for word in subject.start.command if _OF_THE_PROJECT.search(word)]
    if any(_HIDES_PROGRAMS.fullmatch(word) for word in started):
        names += subject.packages
        if _SSH in subject.config.exposed:
            names.append("sshd")
    if name := next((name for name in names if _RUNS_WORK_OF_OTHERS.fullmatch(name)), None):
        return Refusal(
            "work-of-others",
            f"{name} runs what people, jobs or projects bring along, so all of the image may be needed; slim an image "
            "that is for one program",
        )
    return None


def _tools_missing(subject: Subject) -> Refusal | None:
    base = identify(subject.stage.root_base or "")
    lacks = next((tools for shape, tools in _LACK if base and shape.search(subject.stage.root_base or "")), ())
    if missing := [tool for tool in lacks if tool not in subject.packages]:
        return Refusal(
            "no-tools",
            f"its base {subject.stage.root_base} lacks {' and '.join(missing)}, with which files are gathered; install "
            "them, or take another base",
        )
    return None


def _root_filled(subject: Subject) -> Refusal | None:
    if subject.fills_root:
        return Refusal(
            "copy-over-root", "a COPY or ADD writes over the whole file system, and what it brings is not known here"
        )
    return None


_STAGE_CHECKS: tuple[Callable[[Stage], Refusal | None], ...] = (
    _windows,
    _scratch,
    _unresolved,
    _distroless,
    _tools,
    _triggers,
)
_SUBJECT_CHECKS: tuple[Callable[[Subject], Refusal | None], ...] = (
    _nothing_to_run,
    _idle,
    _work_of_others,
    _tools_missing,
    _root_filled,
)
