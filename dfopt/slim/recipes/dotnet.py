"""Published .NET programs, on Microsoft's chiseled image of the same version: its runtime without shell and packages.

The `extra` variants have what the full images have for programs: ICU, time zones, authorities. Their C library (Ubuntu
24.04) is not older than that of the images that are replaced. Facts: github.com/dotnet/dotnet-docker, 2026-08-21.
"""

import re
from dataclasses import dataclass

from dfopt.knowledge.references import parse_reference
from dfopt.model import Invocation, is_below, is_exact, join_path
from dfopt.slim.brought import is_shared
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import source_texts
from dfopt.slim.subject import Subject

_IMAGE = "mcr.microsoft.com/dotnet/"
_SUCCESSOR = {"sdk": "aspnet", "aspnet": "aspnet", "runtime": "runtime", "runtime-deps": "runtime-deps"}
_TAG = re.compile(r"(8\.0|9\.0|10\.0)(-(bookworm|bookworm-slim|jammy|noble))?")
_VARIANT = "noble-chiseled-extra"
_HARMLESS = frozenset("cd chmod chown cp dotnet echo export ls mkdir mv rm set true".split())
_STARTS_OTHERS = re.compile(r"\bProcess\s*\.\s*Start\b|\bProcessStartInfo\b|\bDllImport\b|\bLibraryImport\b")


@dataclass(frozen=True, slots=True)
class Match:
    """The image that the program can run on, the program's folder, and whether its sources were seen."""

    image: str
    folder: str
    sources_seen: bool


class Dotnet:
    """See the module."""

    name = "dotnet"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether a published program runs on a plain image of .NET, and needs nothing else of it."""
        base = parse_reference(subject.stage.root_base or "")
        if base is None or not base.name.startswith(_IMAGE):
            return None
        kind = _SUCCESSOR.get(base.name.removeprefix(_IMAGE))
        tag = _TAG.fullmatch(base.tag or "")
        if kind is None or tag is None or base.digest:
            return Refusal("dotnet-image", f"no chiseled image is known to be the same as {subject.stage.root_base}")
        folder = _folder(subject)
        if folder is None or is_shared(folder):
            return Refusal("dotnet-start", "what it runs is not a published program alone")
        if (
            subject.packages
            or subject.kept != ("/etc/passwd", "/etc/group")
            or not all(map(_is_harmless, subject.commands))
        ):
            return Refusal("dotnet-more", "it installs, or changes by RUN, more than a program")
        texts = source_texts(subject, lambda file: file.endswith((".cs", ".fs", ".vb")))
        if any(_STARTS_OTHERS.search(text) for text in texts):
            return Refusal("dotnet-more", "its sources start other programs or load libraries by name")
        return Match(f"{_IMAGE}{kind}:{tag[1]}-{_VARIANT}", folder, bool(texts))

    def plan(self, subject: Subject, match: Match) -> Contents:
        """What COPY brought and RUN published, on the chiseled image."""
        places = [place for place in subject.brought if not is_below(match.folder, place)]
        own = next((place for place in subject.brought if is_below(match.folder, place)), match.folder)
        kept = (
            Kept(own, "the program", is_optional=True),
            Kept("/etc/passwd", "names of users", is_optional=True),
            Kept("/etc/group", "names of groups", is_optional=True),
            *[Kept(place, "COPY, VOLUME or WORKDIR names it", is_optional=True) for place in places],
        )
        drop = tuple([f"{own}/**/{name}" for name in ("obj/**", "*.cs", "*.csproj")])
        notes = [f"the base is {match.image} now: no shell, no package manager"]
        if not match.sources_seen:
            notes.append("its sources were not seen: a program that starts other programs does not find them there")
        return Contents(
            self.name, "a .NET program on the chiseled image", kept, notes=tuple(notes), drop=drop, base=match.image
        )


def _folder(subject: Subject) -> str | None:
    """The folder of the program: what `dotnet x.dll` names, or one that is run itself; None where a shell is needed."""
    start, words = subject.start, subject.start.command
    check = start.healthcheck
    if start.shells or (check and check.test[0] != "NONE" and check.test[1:2] != words[:1]):
        return None
    is_hosted = words[0].rpartition("/")[2] == "dotnet"
    word = words[1] if is_hosted and len(words) > 1 else words[0]
    if is_hosted != word.endswith(".dll") or (not is_hosted and "/" not in word):
        return None
    path = join_path(subject.config.workdir, word)
    return path.rpartition("/")[0] if is_exact(path) else None


def _is_harmless(command: Invocation) -> bool:
    return not command.program or command.program in _HARMLESS
