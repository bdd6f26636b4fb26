"""Registries whose image names follow a rule: distroless, Red Hat's UBI, Chainguard."""

import re

from dfopt.knowledge.bases.base import Base, Kind, Variant
from dfopt.knowledge.references import Reference

_DISTROLESS = re.compile(
    r"gcr\.io/distroless/(?P<name>static|base|base-nossl|cc|java-base|java|nodejs|python)(?P<version>[0-9]+)?"
    r"(?:-debian(?P<release>[0-9]+))?"
)
_DISTROLESS_LANGUAGES = {"java": "java", "nodejs": "node", "python": "python"}
_PRODUCTS = {"java": "eclipse-temurin", "node": "nodejs"}
_UBI = re.compile(
    r"registry\.(?:access\.redhat\.com|redhat\.io)/ubi(?P<release>[0-9]+)(?:[-/](?:ubi-?)?(?P<name>minimal|micro|init)?)?"
)
_CHAINGUARD = re.compile(r"cgr\.dev/[a-z0-9.-]+/(?P<name>[a-z0-9-]+)")
_CHAINGUARD_LANGUAGES = {
    "static": None, "glibc-dynamic": None, "node": "node", "python": "python", "ruby": "ruby", "jre": "java"
}  # fmt: skip


def from_registry(reference: Reference, image: str) -> Base | None:
    """The base that `image` names by its registry's rule, or None."""
    return _distroless(reference, image) or _ubi(reference, image) or _chainguard(reference, image)


def _distroless(reference: Reference, image: str) -> Base | None:
    match = _DISTROLESS.fullmatch(image)
    if not match:
        return None
    words = set((reference.tag or "latest").split("-"))
    language = _DISTROLESS_LANGUAGES.get(match["name"])
    return Base(
        reference=reference,
        image=image,
        kind=Kind.RUNTIME if language else Kind.DISTRIBUTION,
        variant=Variant.DISTROLESS,
        family="debian",
        release=match["release"],
        states_release=match["release"] is not None,
        is_moving=match["release"] is None,
        language=language,
        version=match["version"],
        product=_PRODUCTS.get(language or ""),
        libc=None if match["name"] == "static" else "glibc",
        shells=("ash",) if "debug" in words else (),
        user="nonroot" if "nonroot" in words else "root",
    )


def _ubi(reference: Reference, image: str) -> Base | None:
    match = _UBI.fullmatch(image)
    if not match:
        return None
    is_micro = match["name"] == "micro"
    full = ("yum",) if match["release"] == "7" else ("dnf", "yum")
    return Base(
        reference=reference,
        image=image,
        kind=Kind.DISTRIBUTION,
        variant=Variant.SLIM if match["name"] in {"minimal", "micro"} else Variant.FULL,
        family="rhel",
        release=match["release"],
        states_release=True,
        libc="glibc",
        shells=("bash",),
        package_managers=() if is_micro else ("microdnf",) if match["name"] == "minimal" else full,
    )


def _chainguard(reference: Reference, image: str) -> Base | None:
    match = _CHAINGUARD.fullmatch(image)
    if not match or match["name"] not in _CHAINGUARD_LANGUAGES:
        return None
    language = _CHAINGUARD_LANGUAGES[match["name"]]
    has_shell = (reference.tag or "latest").endswith("-dev")
    return Base(
        reference=reference,
        image=image,
        kind=Kind.RUNTIME if language else Kind.DISTRIBUTION,
        variant=Variant.ALPINE if has_shell else Variant.DISTROLESS,
        family="wolfi",
        is_moving=True,
        language=language,
        libc="glibc",
        shells=("ash",) if has_shell else (),
        package_managers=("apk",) if has_shell else (),
        user="65532",
    )
