"""What the tag `latest` means."""

from dfopt.knowledge.bases.base import Base
from dfopt.knowledge.data_files import read_json


def newest_release(base: Base) -> str | None:
    """The tag of the release that an official image's `latest` stood for at the date of the catalogue, else None.

    It names as much of the version as has an end of life of its own: `13` of Debian, `3.14` of Python.
    """
    release: str | None = read_json("latest.json")["releases"].get(base.image)
    return release
