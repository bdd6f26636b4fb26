"""Which Python a pip installs for, and which Node.js an npm runs on."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.shared.bases import base_of

if TYPE_CHECKING:
    from dfopt.knowledge.bases import Base

_PIP = re.compile(r"(?:/usr/(?:local/)?bin/)?(?:pip|python)(?P<version>[0-9.]*)")
_PIPS_OF_PYTHON_2 = ("python-pip", "py-pip", "py2-pip")
_ANOTHER_PYTHON = re.compile(
    r"\b(?:ana|mini|micro)?(?:conda|mamba)|pyenv|pypy|deadsnakes|altinstall|easy_install|get-pip|ensurepip"
    r"|(?:alternatives|ln -).*(?:python|pip)|/Python-[0-9]|virtualenv [^&;|]*\s-p|--python[= ]"
)
_ENVIRONMENT = re.compile(r"-m venv|virtualenv +[^ &;|]*[/.$]|/activate|alias pip")
_ANOTHER_NODE = re.compile(r"nvm|nodesource|npm (?:i|install) -g n\b|fnm")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def python_of(command: PackageCommand) -> str | None:
    """The Python that a pip installs for: `3.9` as the newest of its line, `3.9.2`, or `3.9.x` for any of its line.

    Known where it is that of the official image or of the distribution, and the file brings no other one.
    """
    stage = command.run.stage
    program = _PIP.fullmatch(command.command.words[0].value)
    base = base_of(stage)
    if program is None or base is None or stage.is_windows:
        return None
    asked = program["version"]
    python = _python_of_image(base) if base.image == "python" else _packaged_python(command, base, asked)
    if not python or not f"{python}.".startswith(f"{asked}." if asked else ""):
        return None
    return None if _ANOTHER_PYTHON.search(stage.model.text) else python


def node_of(stage: Stage) -> str | None:
    """The Node.js of the official image, `22` or `22.3.0`; None where it is another one or not known."""
    base = base_of(stage)
    if base is None or base.image != "node" or _ANOTHER_NODE.search(stage.model.text):
        return None
    tag = base.reference.tag or ""
    return _newest(base) if base.version is None and "lts" not in tag else _final(base)


def before(command: PackageCommand) -> Iterator[PackageCommand]:
    """What package managers do in the image before a command, from the lowest stage on."""
    for stage in reversed(command.run.stage.lineage):
        for each in stage.package_commands:
            if each is command:
                return
            yield each


def _python_of_image(base: "Base") -> str | None:
    if base.version in (None, "3"):
        return _newest(base)
    return "2.7" if base.version == "2" else _final(base)


def _newest(base: "Base") -> str | None:
    from dfopt.knowledge.bases.newest import newest_release

    return newest_release(base)


def _final(base: "Base") -> str | None:
    """The version that a tag states, unless it is one before the release."""
    is_final = _NUMBERS.fullmatch(base.version or "") and "-rc" not in (base.reference.tag or "")
    return base.version if is_final else None


def _packaged_python(command: PackageCommand, base: "Base", asked: str) -> str | None:
    from dfopt.knowledge.pythons import packaged_pythons

    if base.language == "python" or _ENVIRONMENT.search(command.run.stage.model.text):
        return None
    lines = packaged_pythons(base.family or "", base.release or "")
    found = [line for line in lines if line.startswith(asked)]
    if len(found) == 2 and not _is_python_2(command):
        return None
    return f"{found[0]}.x" if found else None


def _is_python_2(command: PackageCommand) -> bool:
    """Whether a `pip` without a number is that of Python 2: its package was installed, and no other pip wrote one."""
    earlier = list(before(command))
    if any(each.tool != "pip" and any(package.name == "pip" for package in each.packages) for each in earlier):
        return False
    return any(package.name in _PIPS_OF_PYTHON_2 for each in earlier for package in each.packages)
