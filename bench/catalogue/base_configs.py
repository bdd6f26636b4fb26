"""Write ``dfopt/knowledge/data/configs/*.json``: what official images and .NET's set for the containers made from them.

    python bench/catalogue/base_configs.py FOLDER [IMAGE...]

FOLDER holds clones with their history, as OWNER+NAME/repo: docker-library/official-images, the repositories that its
library files name, and dotnet/dotnet-docker. From each Dockerfile that a tag was ever built of, dfopt's own model takes
the configuration, on that of the image below at that time. A tag is left out whose Dockerfile is in none of the clones,
stands on an image that is not known, or has ONBUILD; and so are previews and Windows images.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from clones import versions

from dfopt.knowledge.configs import look_up, split_tag
from dfopt.knowledge.references import parse_reference
from dfopt.model import DEFAULT_PATH, Config, Model
from dfopt.model.evaluation import evaluate
from dfopt.slim.base import known_base
from dfopt.syntax.parser import parse

DATA = Path(__file__).parents[2] / "dfopt/knowledge/data/configs"
OFFICIAL = """
    amazoncorretto buildpack-deps caddy cassandra clojure composer docker drupal eclipse-temurin elixir erlang
    golang gradle haproxy haskell httpd java jetty joomla julia mariadb maven memcached mongo mysql
    nextcloud nginx node openjdk perl php postgres pypy python r-base rabbitmq redis ruby rust swift
    tomcat varnish wordpress
""".split()
DOTNET = [
    "microsoft/dotnet",
    *(f"mcr.microsoft.com/dotnet/{part}{image}" for part in ("core/", "")
      for image in ("runtime-deps", "runtime", "aspnet", "sdk")),
]  # fmt: skip

_UNWANTED = re.compile(
    r"windows|nanoserver|onbuild|distroless|chiseled|arm32|arm64|[0-9](?:rc|beta|alpha|a|b)[0-9]*(?:$|-)"
    r"|(?:^|[-.])(?:rc|beta|alpha|ea|preview)[.0-9]*(?:$|-)|20[0-9]{6}"
)
_UNSTATED = re.compile(
    r"(.*_)?(VERSION|SHA[0-9]*|SHA256SUM|CHECKSUM|MD5|URLS?|KEYS?|KEY_IDS?|RELEASE|COMMIT|HASH|FINGERPRINT|PATCHES|TAG|BRANCH"
    r"|FILENAME|FILE|[CDLP]+FLAGS|DEPS|MIRRORS|CROSSPLATFORMS|PG_LLVM_DEPS|ARGS_CONFIGURE|SHA256_.*|FALLBACK_URL|OPTS_APT"
    r"|DEB_REV_.*|(MAJOR|MINOR)_(ALEX|CABAL|GHC|HAPPY)|CONFIGURE_ARGS|VERSION_[A-Z]+|GPG)"
    r"|.*(version|created|revision|build-date|vcs-ref|release)"
)


OFFICIAL_IMAGES = "docker-library+official-images/repo"
DOTNET_DOCKER = "dotnet+dotnet-docker/repo"


@dataclass(slots=True)
class Tag:
    """One tag: the Dockerfiles it was built of, each with the day from which on, and the last day it was listed."""

    builds: list[tuple[str, str]] = field(default_factory=list)
    last: str = ""

    def at(self, day: str) -> str:
        """The Dockerfile of a day, as `commit:path`."""
        return next((place for since, place in reversed(self.builds) if since <= day), self.builds[0][1])


class Objects:
    """Files of all clones, read one by one from one process."""

    def __init__(self, folder: Path) -> None:
        others = [str(path.parent / "objects") for path in folder.glob("*/repo/HEAD")]
        self._process = subprocess.Popen(
            ["git", f"--git-dir={folder / OFFICIAL_IMAGES}", "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "GIT_ALTERNATE_OBJECT_DIRECTORIES": ":".join(others)},
        )

    def read(self, place: str) -> bytes | None:
        """The file at `commit:path`; None where it is in no clone."""
        self._process.stdin.write(f"{place}\n".encode())
        self._process.stdin.flush()
        header = self._process.stdout.readline().split()
        if header[-1] in (b"missing", b"ambiguous"):
            return None
        data = self._process.stdout.read(int(header[2]) + 1)[:-1]
        return data if header[1] == b"blob" else None


class Catalogue:
    """Configurations of images at a day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._objects = Objects(folder)
        self.lost: Counter[str] = Counter()

    @cache  # noqa: B019 - it lives as long as the program
    def tags(self, image: str) -> dict[str, Tag]:
        """All tags that an image ever had; none for images whose tags are not known."""
        if image in DOTNET:
            listings = _listings_of_dotnet(str(self._folder / DOTNET_DOCKER), image)
        else:
            listings = _listings_of_official(str(self._folder / OFFICIAL_IMAGES), image)
        found: dict[str, Tag] = {}
        for day, name, place in listings:
            tag = found.setdefault(name, Tag())
            tag.last = day
            if not tag.builds or tag.builds[-1][1] != place:
                tag.builds.append((day, place))
        return found

    @cache  # noqa: B019
    def of_image(self, reference: str, day: str) -> Config | None:
        """What an image set on a day; None where it is not known."""
        if reference == "scratch":
            return _NOTHING
        parsed = parse_reference(reference)
        name = re.sub(r"^(amd64|arm64v8|ubuntu[.]azurecr[.]io)/", "", parsed.name) if parsed else ""
        if name in _distributions():
            return known_base(name).config
        tags = self.tags(name) if parsed and ("/" not in name or name in DOTNET) else {}
        stated = (parsed.tag if parsed else None) or "latest"
        tag = tags.get(stated) or tags.get(re.sub(r"^([0-9]+\.[0-9]+)\.[0-9]+", r"\1", stated))
        if tag is None:
            self.lost[f"no tag {reference}"] += 1
            return None
        return self.of_file(tag.at(day), day)

    @cache  # noqa: B019
    def of_file(self, place: str, day: str) -> Config | None:
        """What the image of a Dockerfile set on a day."""
        model = self._model(place)
        stage = model.final_stage if model else None
        config = self.of_image(stage.root_base, day) if stage and stage.root_base else None
        if config is None or config.onbuild:
            return None
        for each in reversed(stage.lineage):
            _, config = evaluate(
                each.instructions,
                config,
                global_args=model.global_args,
                build_args={},
                escape=model.escape,
                windows=False,
            )
        return None if config.onbuild else config

    @cache  # noqa: B019
    def _model(self, place: str) -> Model | None:
        data = self._objects.read(place)
        if data is None:
            self.lost["no Dockerfile"] += 1
        return Model(parse(data)) if data is not None else None


_MOST_DAYS = timedelta(days=200)
_NOTHING = Config(complete=True, env={"PATH": DEFAULT_PATH}, variables={"PATH": DEFAULT_PATH}, workdir="/")


@cache
def _distributions() -> Collection[str]:
    """The images whose facts are written by hand."""
    return frozenset(json.loads((DATA / "distributions.json").read_bytes())["images"])


def main(folder: str, *images: str) -> None:
    catalogue = Catalogue(Path(folder))
    for image in images or [*OFFICIAL, *DOTNET]:
        document = _document(catalogue, image)
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        (DATA / f"{image.replace('/', '+')}.json").write_text(text.replace("},", "},\n") + "\n")
        print(f"{image}: {len(document['configs'])} configs, {sum(map(len, document['versions'].values()))} entries")
    for what, count in catalogue.lost.most_common(20):
        print(f"{count:6} left out: {what}", file=sys.stderr)


def _document(catalogue: Catalogue, image: str) -> dict[str, Any]:
    configs: dict[str, int] = {}
    unstated: dict[int, set[str]] = {}
    versions: dict[str, dict[str, list[int]]] = {}
    tags = catalogue.tags(image)
    newest = max(tag.last for tag in tags.values())
    for name, tag in sorted(tags.items()):
        if _UNWANTED.search(name):
            continue
        states: list[int] = []
        for day in [tag.last, *[since for since, _ in reversed(tag.builds)]]:
            config = catalogue.of_file(tag.at(day), day)
            if config is None:
                states.append(-1)
                continue
            record, left_out = _record(config, name if tag.last == newest else None)
            if record is None:
                break
            index = configs.setdefault(json.dumps(record), len(configs))
            unstated.setdefault(index, set()).update(left_out)
            states.append(index)
        known = [state for state in dict.fromkeys(states) if state >= 0]
        if known and (len(known) == 1 or _is_recent(tag, states)):
            version, variant = split_tag(name)
            versions.setdefault(version, {})[variant] = [*known, *([-1] if -1 in states else [])]
    _prune(versions)
    used = sorted({states[0] for variants in versions.values() for states in variants.values()})
    return {
        "source": "github.com/dotnet/dotnet-docker, manifest.json"
        if image in DOTNET
        else f"the Dockerfiles that github.com/docker-library/official-images names in library/{image}",
        "date": newest,
        "configs": [_stored(text, unstated[index]) for text, index in configs.items() if index in used],
        "versions": {
            version: {variant: _renumbered(states, used) for variant, states in variants.items()}
            for version, variants in versions.items()
        },
    }


def _stored(text: str, unstated: set[str]) -> dict[str, Any]:
    return json.loads(text) | ({"unstated": sorted(unstated)} if unstated else {})


def _renumbered(states: list[int], used: list[int]) -> int | list[int]:
    """A number where all builds said the same; else a list, in which a number that only earlier builds have is -1."""
    numbers = [used.index(state) if state in used else -1 for state in states]
    return numbers[0] if len(numbers) == 1 else numbers


def _is_recent(tag: Tag, states: list[int]) -> bool:
    """Whether the newest build that is known was made shortly before the last one."""
    days = [tag.last, *[since for since, _ in reversed(tag.builds)]]
    day = next(day for day, state in zip(days, states, strict=False) if state >= 0)
    return date.fromisoformat(tag.last) - date.fromisoformat(day) < _MOST_DAYS


def _prune(versions: dict[str, dict[str, list[int]]]) -> None:
    """Leave out what a look-up finds without it too, the longest versions and variants first."""
    for version in sorted(versions, key=lambda text: (-len(re.findall("[._u+]", text)), text)):
        for variant in sorted(versions[version], key=len, reverse=True):
            states = versions[version].pop(variant)
            found = look_up(versions, "-".join(part for part in (version, variant) if part))
            if found is None or found[0] != states[0]:
                versions[version][variant] = states
        if not versions[version]:
            del versions[version]


def _record(config: Config, listed: str | None) -> tuple[dict[str, Any] | None, set[str]]:
    """What to store, and the names that are left out.

    `listed` is the name of a tag that is still built. It has no record where what it sets says a version that the tag
    does not name, since it will be of another version tomorrow.
    """
    names = (*config.env, *config.labels)
    stated = _numbers(listed or "")
    left_out = {name for name in names if _UNSTATED.fullmatch(name)}
    if listed:
        left_out |= {name for name, value in config.env.items() if name.endswith("_MAJOR") and value not in stated}
    env = {name: value for name, value in config.env.items() if name not in left_out}
    of_version = [name for name in left_out if name.endswith(("_VERSION", "_MAJOR"))]
    versions = {number for name in of_version for number in _numbers(config.env.get(name, ""))}
    said = {number for value in env.values() for number in _numbers(re.sub("(?i)utf-?8", "", value))}
    if listed and said & versions - stated:
        return None, set()
    check = config.healthcheck
    record = {
        "environment": {k: v.replace(DEFAULT_PATH, "{PATH}") for k, v in env.items() if v != DEFAULT_PATH},
        "labels": {name: value for name, value in config.labels.items() if name not in left_out},
        "user": None if config.user in ("root", "0") else config.user,
        "workdir": config.workdir if config.workdir != "/" else None,
        "shell": config.shell,
        "entrypoint": config.entrypoint,
        "cmd": config.cmd,
        "exposed": config.exposed,
        "volumes": config.volumes,
        "stopsignal": config.stopsignal,
        "healthcheck": {"test": check.test, "options": dict(check.options)} if check else None,
    }
    return {key: value for key, value in record.items() if value}, left_out


def _numbers(text: str) -> set[str]:
    """The version numbers in a text that end no name, each with its beginnings: `17.0.2` is `17` and `17.0` too."""
    found = [number.split(".") for number in re.findall(r"(?<![A-Za-z0-9.])[0-9]+(?:\.[0-9]+)*", text)]
    return {".".join(parts[: length + 1]) for parts in found for length in range(len(parts))}


def _listings_of_official(git_dir: str, image: str) -> Iterator[tuple[str, str, str]]:
    """Day, tag and Dockerfile (`commit:path`) in each version of an image's library file, oldest first."""
    for day, _, text in _versions(git_dir, f"library/{image}"):
        for names, place in _stanzas(text):
            for name in names:
                yield day, name, place


def _listings_of_dotnet(git_dir: str, image: str) -> Iterator[tuple[str, str, str]]:
    """The same from the manifests of .NET's images, for tags of releases that are no patch releases."""
    for day, commit, text in _versions(git_dir, "manifest.json"):
        for repository in _repositories(text):
            if image.removeprefix("mcr.microsoft.com/") != repository["name"]:
                continue
            for group in repository["images"]:
                for platform in group["platforms"]:
                    if not isinstance(platform, dict) or platform["os"] != "linux" or "architecture" in platform:
                        continue
                    place = f"{commit}:{platform['dockerfile'].removesuffix('/Dockerfile')}/Dockerfile"
                    for name in [*group.get("sharedTags", {}), *platform["tags"]]:
                        plain = re.sub(r"\$\([a-z-]+\|([0-9.]+)\|(minor|floating)-tag\)", r"\1", name)
                        if "$" not in plain:
                            yield day, plain, place


def _repositories(manifest: str) -> list[dict[str, Any]]:
    """What a manifest lists; nothing where it is no JSON, as after a merge that went wrong."""
    try:
        return json.loads(manifest).get("repos", [])
    except ValueError:
        return []


def _stanzas(text: str) -> Iterator[tuple[list[str], str]]:
    """Each image of a library file: its tags and its Dockerfile as `commit:path`. Before 2016 a line was one tag."""
    for old in re.finditer(r"^([\w.-]+): +(?:git|https?)://\S+?@(\S+)(?: +(\S+))?$", text, re.MULTILINE):
        yield [old[1]], _place(old[2], old[3] or "", "Dockerfile")
    general: Mapping[str, str] = {}
    for stanza in re.split(r"\n\s*\n", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        joined = re.sub(r",\s*\n\s+", ", ", stanza)
        fields = {**general, **dict(re.findall(r"^([\w-]+): *(.*)$", joined, re.MULTILINE))}
        names = re.findall(r"[\w.-]+", f"{fields.get('Tags', '')} {fields.get('SharedTags', '')}")
        if "Tags" not in fields:
            general = fields
            continue
        directory = fields.get("amd64-Directory", fields.get("Directory", ""))
        commit = fields.get("amd64-GitCommit", fields.get("GitCommit"))
        if "windows" not in directory + fields.get("Constraints", "") + fields.get("Architectures", "") and commit:
            yield names, _place(commit, directory, fields.get("amd64-File", fields.get("File", "Dockerfile")))


def _place(commit: str, directory: str, file: str) -> str:
    folder = directory.strip("/.")
    return f"{commit}:{folder}/{file}" if folder else f"{commit}:{file}"


def _versions(git_dir: str, path: str) -> Iterator[tuple[str, str, str]]:
    """The file's versions, oldest first, with day and commit."""
    for day, commit, text in reversed(list(versions(git_dir, path))):
        if text is not None:
            yield day, commit, text


if __name__ == "__main__":
    main(*sys.argv[1:])
