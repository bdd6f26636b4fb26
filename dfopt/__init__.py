"""dfopt, a compiler for Dockerfiles."""

from dfopt.version import __version__

__all__ = ["__version__"]
