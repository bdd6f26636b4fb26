"""One base image and the facts that rules ask about."""

from enum import StrEnum

from dfopt.frozen import frozen
from dfopt.knowledge.references import Reference


class Kind(StrEnum):
    """What an image is made for."""

    SCRATCH = "scratch"
    DISTRIBUTION = "distribution"
    BUILDPACK = "buildpack"
    """A distribution with compilers and headers for everything, such as buildpack-deps."""
    TOOLCHAIN = "toolchain"
    """Compiles or assembles programs that may run elsewhere: golang, rust, a JDK, Maven, the .NET SDK."""
    RUNTIME = "runtime"
    """Runs programs: an interpreter, a JRE, the .NET runtime."""
    APPLICATION = "application"


class Variant(StrEnum):
    """How much of a distribution stands below what an image is made for, the largest first."""

    FULL = "full"
    SLIM = "slim"
    ALPINE = "alpine"
    DISTROLESS = "distroless"


@frozen()
class Base:
    """A known base image.

    Attributes:
        reference: the reference it was identified from.
        image: the image's canonical name, wherever it was mirrored: ``node`` for ``docker.io/arm64v8/node``.
        family: the distribution below, ``debian``, ``alpine``, ``windows``…; None for scratch and where
            unknown.
        release: the distribution's release, ``12``, ``3.20``, ``22.04``; None where the tag does not tell.
        states_release: the tag itself names the release; else it is the one the tag was last built on, by
            the catalogue.
        is_moving: the tag names no version and so means another one in time: ``latest``, ``stable``, ``lts``.
        language: what a toolchain or runtime is for, ``node``, ``java``…
        version: the version of the language or application as the tag states it, else None.
        product: the name under which the version's end of life is known, else None.
        libc: ``glibc`` or ``musl``; None where there is none or it is unknown.
        shells: the shells, that behind ``/bin/sh`` first; empty where there is none.
        package_managers: of the distribution first, then of the language.
        user: who runs by default; None where unknown.
        workdir: the folder that commands start in; None where unknown.
    """

    reference: Reference
    image: str
    kind: Kind
    variant: Variant
    family: str | None = None
    release: str | None = None
    states_release: bool = False
    is_moving: bool = False
    language: str | None = None
    version: str | None = None
    product: str | None = None
    libc: str | None = None
    shells: tuple[str, ...] = ()
    package_managers: tuple[str, ...] = ()
    user: str | None = "root"
    workdir: str | None = None

    @property
    def shell(self) -> str | None:
        """The program behind RUN's shell form: ``dash``, ``ash``, ``bash``, ``cmd``; None without a shell."""
        return self.shells[0] if self.shells else None

    @property
    def is_windows(self) -> bool:
        """Whether it is a Windows image."""
        return self.family == "windows"
