"""From an image reference to the base it names."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dfopt.frozen import frozen
from dfopt.knowledge.bases.base import Base, Kind, Variant
from dfopt.knowledge.bases.cycles import cycle_of
from dfopt.knowledge.bases.managers import distribution_managers
from dfopt.knowledge.bases.registries import from_registry
from dfopt.knowledge.bases.tags import TagParts, official_release, release_named, take_apart
from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.references import DOCKER_HUB, Reference, parse_reference

_ARCHITECTURES = frozenset(
    {"amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"}
)
_JAVA = re.compile(r"(?:jdk|jre|temurin|corretto|semeru|zulu|sapmachine|liberica)-?([0-9]+)")
_MIRRORS = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "mirror.gcr.io/")


@lru_cache(1024)
def identify(reference: str) -> Base | None:
    """The base that a FROM's reference names; None when it is unknown or no reference. Never raises."""
    if reference.lower() == "scratch":
        return Base(Reference(DOCKER_HUB, "library/scratch"), "scratch", Kind.SCRATCH, Variant.DISTROLESS, workdir="/")
    parsed = parse_reference(reference)
    if parsed is None:
        return None
    image = _canonical(parsed)
    facts = read_json("bases.json")["repositories"].get(image)
    if facts:
        return _from_catalogue(parsed, image, facts)
    return from_registry(parsed, image)


def _canonical(reference: Reference) -> str:
    """The image's own name, without mirrors and architecture prefixes."""
    name = reference.name
    for mirror in _MIRRORS:
        name = name.removeprefix(mirror)
    prefix, _, rest = name.partition("/")
    return rest if prefix in _ARCHITECTURES else name


def _from_catalogue(reference: Reference, image: str, facts: Mapping[str, Any]) -> Base:
    tag = reference.tag or "latest"
    parts = take_apart(tag)
    kind = _kind(facts, parts)
    is_distribution = "product" not in facts and facts["kind"] in {Kind.DISTRIBUTION, Kind.BUILDPACK}
    version = None if is_distribution else _version(facts, parts)
    below = _distribution(facts, parts, tag) if is_distribution else _below(image, facts, parts, tag, version)
    family = _families().get(below.family or "", {})
    variant = _variant(facts, parts, below)
    is_shell_less = variant is Variant.DISTROLESS
    return Base(
        reference=reference,
        image=image,
        kind=kind,
        variant=variant,
        family=below.family,
        release=below.release,
        states_release=below.is_stated,
        is_moving=below.is_moving if is_distribution else parts.version is None and version is None,
        language=facts.get("language"),
        version=version,
        product=facts.get("product"),
        libc=family.get("libc"),
        shells=() if is_shell_less else _shells(facts, family, variant),
        package_managers=() if is_shell_less else _package_managers(facts, kind, family, below, variant),
        user="app" if is_shell_less and facts.get("language") == "dotnet" else facts.get("user", "root"),
        workdir=_first_folder(facts, below.family, tag),
    )


def _first_folder(facts: Mapping[str, Any], family: str | None, tag: str) -> str | None:
    """Where commands start: in `/`, in an image that is no more than a distribution; else as the catalogue says."""
    if family == "windows" or "onbuild" in tag:
        return None
    is_bare = facts["kind"] in {Kind.DISTRIBUTION, Kind.BUILDPACK}
    return facts.get("workdir") or ("/" if is_bare else None)


@frozen()
class _Below:
    """The distribution below an image."""

    family: str | None
    release: str | None
    is_stated: bool
    is_moving: bool = False


def _distribution(facts: Mapping[str, Any], parts: TagParts, tag: str) -> _Below:
    """The release that a distribution's own tag names."""
    family = facts["family"]
    word = tag.partition("-")[0]
    moving = read_json("bases.json")["moving"].get(family, {})
    if word in moving:
        return _Below(family, moving[word], is_stated=False, is_moving=True)
    fixed = facts.get("tags", {}).get(word)
    own = None if facts.get("unversioned") else parts.version
    if parts.family and parts.release:
        return _Below(parts.family, _normal(parts.family, parts.release), is_stated=True)
    release = fixed or own
    return _Below(family, _normal(family, release), is_stated=release is not None, is_moving=release is None)


def _below(image: str, facts: Mapping[str, Any], parts: TagParts, tag: str, version: str | None) -> _Below:
    """The release a language's or application's image stands on: as its tag says, or as last built."""
    if parts.family and parts.release:
        return _Below(parts.family, _normal(parts.family, parts.release), is_stated=True)
    named = release_named(official_release(image, tag) or _default_release(facts, version) or "")
    if named and parts.family in {None, named[0]}:
        return _Below(named[0], _normal(*named), is_stated=False)
    return _Below(parts.family or facts["family"], facts.get("release"), is_stated=False)


def _default_release(facts: Mapping[str, Any], version: str | None) -> str | None:
    product = facts.get("product")
    defaults = read_json("bases.json")["defaults"].get(product, {})
    release: str | None = defaults.get(cycle_of(product, version)) if product and version else None
    return release


def _normal(family: str, release: str | None) -> str | None:
    """A release without its point releases: Debian ``12.5`` is ``12``, Alpine ``3.18.2`` is ``3.18``."""
    product = _families().get(family, {}).get("product")
    return cycle_of(product, release) or release if product and release else release


def _version(facts: Mapping[str, Any], parts: TagParts) -> str | None:
    if facts.get("unversioned"):
        java = _JAVA.search("-".join(parts.rest))
        return java[1] if java and facts.get("language") == "java" else None
    name: str | None = facts.get("names", {}).get(parts.rest[0]) if parts.rest else None
    return parts.version or name


def _kind(facts: Mapping[str, Any], parts: TagParts) -> Kind:
    words = set(parts.rest)
    kind = Kind(facts["kind"])
    if kind is Kind.TOOLCHAIN and words & {"jre", "runtime", "aspnetcore"}:
        return Kind.RUNTIME
    if kind is Kind.BUILDPACK and words & {"curl", "scm"}:
        return Kind.DISTRIBUTION
    return kind


def _variant(facts: Mapping[str, Any], parts: TagParts, below: _Below) -> Variant:
    if parts.variant:
        return parts.variant
    return Variant(facts.get("variant", Variant.FULL)) if below.family == facts["family"] else Variant.FULL


def _shells(facts: Mapping[str, Any], family: Mapping[str, Any], variant: Variant) -> tuple[str, ...]:
    shells = facts.get("shells") or family.get("slim_shells" if variant is Variant.SLIM else "shells")
    return tuple(shells or family.get("shells", ()))


def _package_managers(
    facts: Mapping[str, Any], kind: Kind, family: Mapping[str, Any], below: _Below, variant: Variant
) -> tuple[str, ...]:
    own = tuple(facts.get("managers", ()))
    if own and kind is Kind.DISTRIBUTION:
        return own
    return distribution_managers(family, below.release, variant) + (own if kind == facts["kind"] else ())


def _families() -> Mapping[str, Mapping[str, Any]]:
    families: Mapping[str, Mapping[str, Any]] = read_json("bases.json")["families"]
    return families
