"""What the tag `latest` means."""

from dfopt.knowledge.bases.base import Base
from dfopt.knowledge.data_files import read_json


def newest_release(base: Base) -> str | None:
    """The tag of the release that an official image's `latest` stood for at the date of the catalogue, else None.

    It names as much of the version as has an end of life of its own: `13` of Debian, `3.14` of Python.
    """
    release: str | None = read_json("latest.json")["releases"].get(base.image)
    return release


def lasting_release(base: Base) -> str | None:
    """The tag that an official image's `latest` has meant for years and will mean in years to come, else None.

    The last release of an image that is no longer built, or a major version with no other one in sight: `3` of Python.
    """
    latest = read_json("latest.json")
    steady: str | None = latest["steady"].get(base.image)
    return newest_release(base) if base.image in latest["ended"] else steady
