"""What a stage stands on, by its base image or, where that is not known, by the package managers that it runs."""

import re

from dfopt.model.runs import RunFacts
from dfopt.model.stages import Stage

_ONE_VARIABLE = re.compile(r"\$(?:\{[^{}]*\}|\w+)")
_FAMILIES = {"apt": "debian", "apk": "alpine", "dnf": "fedora", "zypper": "opensuse", "pacman": "arch"}
_SHELLS = {"alpine": ("ash",), "debian": ("dash", "bash")}


def family(stage: Stage) -> str | None:
    """The distribution, `debian`, `alpine`, `fedora`…; None where nothing tells."""
    from dfopt.knowledge.bases import identify

    base = identify(stage.root_base) if stage.root_base else None
    if base and base.family:
        return base.family
    managers = (each.manager for step in stage.lineage for each in step.package_commands)
    return next((_FAMILIES[manager] for manager in managers if manager in _FAMILIES), None)


def shells(stage: Stage) -> tuple[str, ...]:
    """The shells that are there, the one behind `/bin/sh` first; empty where nothing tells."""
    from dfopt.knowledge.bases import identify

    base = identify(stage.root_base) if stage.root_base else None
    if base:
        return base.shells
    found = family(stage)
    return _SHELLS.get(found, ("bash",)) if found else ()


def sets_shell(stage: Stage) -> bool | None:
    """Whether the image that a stage stands on sets SHELL; None where that is not known, or a variable names it."""
    from dfopt.knowledge.configs import sets_shell as image_sets_shell

    named = stage.lineage[-1].from_.image.value
    is_named = not _ONE_VARIABLE.fullmatch(named)
    return image_sets_shell(stage.root_base) if stage.root_base and is_named else None


def runs_as_root(run: RunFacts) -> bool | None:
    """Whether a RUN runs as root, by USER or else by the base image; None where that is not known."""
    from dfopt.knowledge.bases import identify

    if run.user is not None:
        return run.config.runs_as_root
    base = identify(run.stage.root_base) if run.stage.root_base else None
    return base.user == "root" if base and base.user else None
