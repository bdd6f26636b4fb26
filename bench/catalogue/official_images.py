"""Write ``dfopt/knowledge/data/official/*.json``: tags of official images, and the release below each.

    python bench/catalogue/official_images.py GIT_DIR [REPOSITORY...]

GIT_DIR is a clone, with its history, of github.com/docker-library/official-images. A tag's last state counts:
what ``python:3.6`` was when it was built for the last time. Patch releases, previews and Windows images are left
out.
"""

import json
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from clones import git, versions

KNOWLEDGE = Path(__file__).parents[2] / "dfopt/knowledge/data"
DATA = KNOWLEDGE / "official"
BASES = KNOWLEDGE / "bases.json"
LIFECYCLES = KNOWLEDGE / "lifecycles.json"
REPOSITORIES = """
    amazoncorretto buildpack-deps caddy cassandra clojure composer docker drupal eclipse-temurin elixir erlang
    gcc golang gradle haproxy haskell httpd ibmjava java jetty joomla julia mariadb maven memcached mongo mysql
    nextcloud nginx node openjdk perl php postgres pypy python r-base rabbitmq redis ruby rust sapmachine solr swift
    tomcat traefik varnish wordpress zookeeper
""".split()
SOURCE = "github.com/docker-library/official-images, library/"

_CODENAMES = (
    "wheezy jessie stretch buster bullseye bookworm trixie forky sid "
    "precise trusty xenial bionic focal jammy noble resolute"
).split()
_RELEASE = re.compile(
    rf"(?:^|[-/])({'|'.join(_CODENAMES)}|alpine-?[0-9]+\.[0-9]+|oraclelinux[0-9]+|ubi[0-9]+|centos[0-9]+|al2(?:0[0-9]+)?"
    r"|amazonlinux[0-9]+)(?:$|[-/])"
)
_UNWANTED = re.compile(
    r"windows|nanoserver|(?:^|[-.0-9])(?:rc|beta|alpha|ea|a|b)[0-9]*(?:$|-)|[0-9]+[._][0-9]+[._][0-9]+|u[0-9]+|20[0-9]{6}"
)

_VERSIONED = re.compile(r"(?:([0-9]+(?:\.[0-9]+)*)(?:-|$))?(.*)")


def main(git_dir: str, *repositories: str) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    for repository in repositories or REPOSITORIES:
        tags, ended = _last_states(git_dir, f"library/{repository}")
        versions = _by_version(tags)
        document = {
            "source": SOURCE + repository,
            "date": git(git_dir, "log", "-1", "--format=%cs").strip(),
            "versions": versions,
            "ended": {version: day for version, day in sorted(ended.items()) if version in _cycles(repository)},
        }
        (DATA / f"{repository}.json").write_text(json.dumps(document, indent=0, separators=(",", ":")) + "\n")
        print(f"{repository}: {len(versions)} versions, {sum(map(len, versions.values()))} tags")


def _cycles(repository: str) -> Collection[str]:
    """The versions that are releases of their own, such as Node's majors, Python's minors."""
    product = json.loads(BASES.read_bytes())["repositories"].get(repository, {}).get("product")
    cycles: Collection[str] = json.loads(LIFECYCLES.read_bytes())["products"].get(product, ())
    return cycles


def _by_version(tags: dict[str, str | None]) -> dict[str, dict[str, str | None]]:
    """Version to variant to release. A minor version on the release that its major stands on is left out."""
    versions: dict[str, dict[str, str | None]] = {}
    for tag, release in sorted(tags.items()):
        version, variant = _VERSIONED.fullmatch(tag).groups()
        versions.setdefault(version or "", {})[variant] = release
    for version in [version for version in versions if "." in version]:
        release = versions[version].get("")
        if release and release == versions.get(version.partition(".")[0], {}).get(""):
            del versions[version]
    return versions


def _last_states(git_dir: str, path: str) -> tuple[dict[str, str | None], dict[str, str]]:
    """Every tag the file has ever listed, with the release below it in the newest version that lists it.

    And the versions that are listed no longer, with the day on which they went.
    """
    tags: dict[str, str | None] = {}
    went: dict[str, str] = {}
    listed: set[str] = set()
    next_day = None
    for day, _, text in versions(git_dir, path):
        for names, release in _stanzas(text or ""):
            for name in names:
                if not _UNWANTED.search(name):
                    tags.setdefault(name, release)
                    version = _VERSIONED.fullmatch(name)[1] or ""
                    if version not in listed and next_day:
                        went.setdefault(version, next_day)
                    listed.add(version)
        next_day = day
    return tags, went


def _stanzas(text: str) -> Iterator[tuple[list[str], str | None]]:
    """Each image of a library file: its tags and its release. Before 2016 a line was one tag."""
    for old in re.finditer(r"^([\w.-]+): (?:git|https)://\S+@\S+(?: (\S+))?$", text, re.MULTILINE):
        yield [old[1]], _release([old[1], old[2] or ""])
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^(\w+): *(.*)$", stanza, re.MULTILINE))
        directory = fields.get("Directory", "")
        names = re.findall(r"[\w.-]+", f"{fields.get('Tags', '')} {fields.get('SharedTags', '')}")
        if "windows" not in directory + fields.get("Constraints", ""):
            yield names, _release([*names, directory])


def _release(places: list[str]) -> str | None:
    found = next((match[1] for place in places if (match := _RELEASE.search(place))), None)
    return found.replace("alpine-", "alpine") if found else None


if __name__ == "__main__":
    main(*sys.argv[1:])
