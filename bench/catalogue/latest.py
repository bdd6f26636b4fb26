"""Write ``dfopt/knowledge/data/latest.json``: the release that each official image's tag `latest` stands for.

    python bench/catalogue/latest.py CLONE

CLONE is a git directory of docker-library/official-images. Of the tags that a library file lists beside `latest`, the
one is taken that names a release with an end of life of its own, as `1.27` for Go; else major and minor version. An
image that is no longer built keeps the `latest` that it had in the end: that of the last library file with such a tag.
"""

import json
import re
import sys
from pathlib import Path

from clones import git

from dfopt.knowledge.bases import identify
from dfopt.knowledge.bases.cycles import cycle_of

DATA = Path(__file__).parents[2] / "dfopt/knowledge/data/latest.json"
TAGS = re.compile(r"^(?:Shared)?Tags: (.+)$", re.MULTILINE)
LOOKED_AT = 20
VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def main() -> None:
    clone = sys.argv[1]
    present = git(clone, "ls-tree", "--name-only", "HEAD", "library/").split()
    removed = git(clone, "log", "--diff-filter=D", "--name-only", "--format=", "HEAD", "--", "library/").split()
    date = git(clone, "log", "-1", "--format=%cs", "HEAD").strip()
    libraries = {Path(path).name: last_library(clone, path) for path in {*present, *removed}}
    named = {image: release(image, library) for image, library in libraries.items()}
    document = {
        "source": "github.com/docker-library/official-images, library/",
        "date": date,
        "releases": {image: tag for image, tag in sorted(named.items()) if tag},
    }
    DATA.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def last_library(clone: str, path: str) -> str:
    """The last version of a library file that has the tag `latest`; empty where none has."""
    for commit in git(clone, "log", f"-{LOOKED_AT}", "--diff-filter=AM", "--format=%H", "HEAD", "--", path).split():
        library = git(clone, "show", f"{commit}:{path}")
        if any("latest" in line.split(", ") for line in TAGS.findall(library)):
            return library
    return ""


def release(image: str, library: str) -> str | None:
    beside = next((tags for line in TAGS.findall(library) if "latest" in (tags := line.split(", "))), [])
    versions = sorted((tag for tag in beside if VERSION.fullmatch(tag)), key=len)
    if not versions:
        return None
    base = identify(image)
    if base and base.release in versions and base.is_moving:
        return base.release
    cycle = cycle_of(base.product, versions[-1]) if base and base.product else None
    return cycle if cycle in versions else next((each for each in versions if "." in each), versions[-1])


if __name__ == "__main__":
    main()
