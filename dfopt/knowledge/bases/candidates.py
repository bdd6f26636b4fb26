"""Smaller images that can take a base's place."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from dfopt.frozen import frozen
from dfopt.knowledge.bases.base import Base, Kind, Variant
from dfopt.knowledge.bases.identification import identify
from dfopt.knowledge.bases.sizes import Size, size
from dfopt.knowledge.bases.tags import codename, official_tag_exists, take_apart
from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.distroless import DISTROLESS, contents

_PLACE = re.compile(r"\{(\w+)\}")
_VARIANTS = (Variant.SLIM, Variant.ALPINE)


@frozen()
class Candidate:
    """A smaller base.

    ``loses`` says what the original has and this one has not, which a program may need: ``glibc`` (musl in
    its place), ``shell``, ``package manager``, ``compiler`` (or JDK, SDK), ``libraries`` (what the full
    image brings beside its purpose). ``is_final_only`` marks a base for the final stage of a build that
    compiles elsewhere.
    """

    reference: str
    base: Base
    loses: tuple[str, ...]
    is_final_only: bool

    @property
    def size(self) -> Size | None:
        """Its measured size, where known."""
        return size(self.base)


@lru_cache(1024)
def smaller(base: Base) -> tuple[Candidate, ...]:
    """The candidates for a base, from the nearest to the smallest; empty when none is known."""
    found: dict[str, Candidate] = {}
    for reference in (*_own_variants(base), *_others(base)):
        candidate = identify(reference)
        if candidate and str(candidate.reference) != str(base.reference):
            found.setdefault(reference, _candidate(reference, base, candidate))
    return tuple(found.values())


def _candidate(reference: str, base: Base, candidate: Base) -> Candidate:
    is_final_only = base.kind in {Kind.TOOLCHAIN, Kind.BUILDPACK} and candidate.kind is not base.kind
    return Candidate(reference, candidate, tuple(_lost(base, candidate)), is_final_only)


def _lost(base: Base, candidate: Base) -> Iterator[str]:
    if base.libc == "glibc" and candidate.libc != "glibc":
        yield "glibc"
    if base.shells and not candidate.shells:
        yield "shell"
    if base.package_managers and not candidate.package_managers:
        yield "package manager"
    if base.kind in {Kind.TOOLCHAIN, Kind.BUILDPACK} and candidate.kind is not base.kind:
        yield "compiler"
    if base.variant is Variant.FULL and candidate.variant is not Variant.FULL:
        yield "libraries"


def _own_variants(base: Base) -> Iterator[str]:
    """Smaller variants of the same image, where such a tag has existed."""
    tag = base.reference.tag or "latest"
    order = list(Variant)
    for variant in _VARIANTS:
        if order.index(variant) <= order.index(base.variant):
            continue
        for spelled in _spellings(tag, variant):
            if official_tag_exists(base.image, spelled):
                yield f"{base.image}:{spelled}"
                break


def _spellings(tag: str, variant: Variant) -> Iterator[str]:
    """How images name a variant of a tag: ``20-bookworm-slim``, ``3.11-slim-bookworm``, ``8-jre-alpine``."""
    if tag == "latest":
        yield variant.value
        return
    parts = take_apart(tag)
    if variant is Variant.ALPINE and parts.release:
        words = [word for word in tag.split("-") if word != "slim" and not take_apart(f"-{word}").release]
        yield "-".join([*words, "alpine"])
        return
    bare = "-".join(word for word in tag.split("-") if word != "slim")
    yield f"{bare}-{variant}"
    head, dash, last = bare.rpartition("-")
    if dash and parts.release:
        yield f"{head}-{variant}-{last}"


def _others(base: Base) -> Iterator[str]:
    """Other images for the same purpose, from the rules in ``candidates.json``."""
    facts = _facts(base)
    for rule in read_json("candidates.json")["rules"]:
        if all(facts[name] in values for name, values in rule["when"].items()):
            for template in rule["use"]:
                reference = _fill(template, facts)
                if reference and _is_available(reference):
                    yield reference


def _facts(base: Base) -> dict[str, str | None]:
    """The base's facts by the names that ``candidates.json`` uses."""
    major, _, rest = (base.version or "").partition(".")
    minor = rest.partition(".")[0]
    return {
        "image": base.image,
        "kind": base.kind,
        "variant": base.variant,
        "family": base.family,
        "release": base.release,
        "codename": codename(base.family, base.release),
        "language": base.language,
        "major": major or None,
        "minor": f"{major}.{minor}" if minor else None,
        "version_": f"{base.version}-" if base.version else "",
    }


def _fill(template: str, facts: Mapping[str, str | None]) -> str | None:
    """The template with the facts in it; None when it asks for one that is not known."""
    wanted = _PLACE.findall(template)
    return template.format(**facts) if all(facts[name] is not None for name in wanted) else None


def _is_available(reference: str) -> bool:
    """Whether the image is not known to be missing, as official and distroless ones would be."""
    if reference.startswith(DISTROLESS):
        known = contents(reference)
        return known is not None and known.supported_until is None
    image, _, tag = reference.rpartition(":")
    return official_tag_exists(image, tag) is not False
