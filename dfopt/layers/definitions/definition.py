"""What a file defines, and what its readers share."""

import posixpath
import re
from collections.abc import Mapping

from dfopt.frozen import frozen
from dfopt.layers.builds import DEFAULT_PLATFORM, Build
from dfopt.layers.fleet import Problem

_IMAGE = "docker-image://"
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@|.*\.git(?:#.*)?$")


class DefinitionError(Exception):
    """A file that can't be used; the message says why."""


@frozen()
class Definition:
    """The builds of a file, and what of it could not be read."""

    builds: tuple[Build, ...]
    problems: tuple[Problem, ...] = ()


@frozen(kw_only=True)
class Entry:
    """One service or target, as it stands in the file; paths are relative to the file's folder.

    `key` is what the file calls it, `names` are those of its image; `inline` is its Dockerfile where that stands there.
    """

    key: str
    names: tuple[str, ...]
    context: str
    dockerfile: str
    inline: str | None
    target: str | None
    args: Mapping[str, str]
    contexts: Mapping[str, str]
    platforms: tuple[str, ...]

    def build(self, file: str, images: Mapping[str, str]) -> Build:
        """The build of an entry of `file`, whose entries are built into `images`.

        Raises DefinitionError where its context is not on this machine.
        """
        if _REMOTE.match(self.context):
            raise DefinitionError(f"{self.names[0]}: its context is {self.context}, which is not on this machine")
        folder = posixpath.dirname(file)
        context = _joined(folder, self.context)
        return Build(
            dockerfile=_joined(context, self.dockerfile) if self.inline is None else f"{file}#{self.key}",
            context=context,
            names=self.names,
            target=self.target,
            args=self.args,
            contexts={name: _meant(each, folder, images) for name, each in self.contexts.items()},
            platform=self.platforms[0] if self.platforms else DEFAULT_PLATFORM,
            inline=self.inline,
        )


def _meant(context: str, folder: str, images: Mapping[str, str]) -> str:
    """What stands for a named context: an image's name, a folder, or an address."""
    for scheme in ("service:", "target:"):
        if context.startswith(scheme):
            return images.get(context.removeprefix(scheme), context)
    if context.startswith(_IMAGE):
        return context.removeprefix(_IMAGE)
    return context if _REMOTE.match(context) else _joined(folder, context)


def texts(value: object) -> Mapping[str, str]:
    """A mapping of names to texts, also where it is a list of `NAME=VALUE`; names without a value are left out."""
    if isinstance(value, list):
        pairs = (str(each).partition("=") for each in value)
        return {name: text for name, equals, text in pairs if equals}
    if not isinstance(value, dict):
        return {}
    return {str(name): text(each) for name, each in value.items() if each is not None}


def text(value: object) -> str:
    """A value as the builder gets it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed(value: object) -> tuple[str, ...]:
    """A list of texts; empty for anything else."""
    return tuple([text(each) for each in value]) if isinstance(value, list) else ()


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))
