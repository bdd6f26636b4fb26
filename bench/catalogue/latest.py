"""Write ``dfopt/knowledge/data/latest.json``: the release that each official image's tag `latest` stands for.

    python bench/catalogue/latest.py CLONE

CLONE is a git directory of docker-library/official-images. Of the tags that a library file lists beside `latest`, the
one is taken that names a release with an end of life of its own, as `1.27` for Go; else major and minor version. An
image that is no longer built keeps the `latest` that it had in the end: that of the last library file with such a tag,
and is listed as `ended` once nothing has been built of it for a year.

`steady` are the major versions, `3` of Alpine, whose tag has been the same image as `latest` all through these years,
and so can be expected to stay it.
"""

import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path

from clones import git, versions

from dfopt.knowledge.bases import identify
from dfopt.knowledge.bases.cycles import cycle_of

DATA = Path(__file__).parents[2] / "dfopt/knowledge/data/latest.json"
TAGS = re.compile(r"^(?:Shared)?Tags: (.+)$", re.MULTILINE)
LOOKED_AT = 20
VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")
STEADY = timedelta(days=7 * 365)
GIVEN_UP = timedelta(days=365)


def main() -> None:
    clone = sys.argv[1]
    present = git(clone, "ls-tree", "--name-only", "HEAD", "library/").split()
    removed = git(clone, "log", "--diff-filter=D", "--name-only", "--format=", "HEAD", "--", "library/").split()
    today = last_change(clone)
    libraries = {Path(path).name: last_library(clone, path) for path in {*present, *removed}}
    named = {image: release(image, library) for image, library in libraries.items()}
    document = {
        "source": "github.com/docker-library/official-images, library/",
        "date": today.isoformat(),
        "releases": {image: tag for image, tag in sorted(named.items()) if tag},
        "ended": [image for image, tag in sorted(named.items()) if tag and has_ended(clone, image, today)],
        "steady": {image: major for image in sorted(named) if (major := steady_major(clone, image, today))},
    }
    DATA.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def last_library(clone: str, path: str) -> str:
    """The last version of a library file that has the tag `latest`; empty where none has."""
    for commit in git(clone, "log", f"-{LOOKED_AT}", "--diff-filter=AM", "--format=%H", "HEAD", "--", path).split():
        library = git(clone, "show", f"{commit}:{path}")
        if beside_latest(library):
            return library
    return ""


def has_ended(clone: str, image: str, today: date) -> bool:
    """Whether what `latest` names will be the same for good."""
    path = f"library/{image}"
    if last_change(clone, path) + GIVEN_UP > today:
        return False
    is_there = bool(git(clone, "ls-tree", "HEAD", path))
    return not (is_there and beside_latest(git(clone, "show", f"HEAD:{path}")))


def steady_major(clone: str, image: str, today: date) -> str | None:
    """The major version that has been `latest` for so long, and is so today."""
    major = since = None
    for day, _, library in versions(clone, f"library/{image}"):
        beside = beside_latest(library or "")
        major = major or next((tag for tag in beside if tag.isdecimal()), None)
        if major not in beside:
            break
        since = date.fromisoformat(day)
    return major if since and today - since >= STEADY else None


def last_change(clone: str, *path: str) -> date:
    """The day of the last commit, or of the last one to a file."""
    return date.fromisoformat(git(clone, "log", "-1", "--format=%cs", "HEAD", "--", *path).strip())


def beside_latest(library: str) -> list[str]:
    """The tags of the image that is `latest`, this one among them; none where there is none."""
    return next((tags for line in TAGS.findall(library) if "latest" in (tags := line.split(", "))), [])


def release(image: str, library: str) -> str | None:
    numbers = sorted((tag for tag in beside_latest(library) if VERSION.fullmatch(tag)), key=len)
    if not numbers:
        return None
    base = identify(image)
    if base and base.release in numbers and base.is_moving:
        return base.release
    cycle = cycle_of(base.product, numbers[-1]) if base and base.product else None
    return cycle if cycle in numbers else next((each for each in numbers if "." in each), numbers[-1])


if __name__ == "__main__":
    main()
