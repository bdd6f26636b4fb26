"""The rule `several-versions-of-one-runtime`."""

import re
from collections.abc import Iterator
from functools import lru_cache

from dfopt.model.model import Model
from dfopt.model.packages import Package
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept
from dfopt.rules.shared.purposes import is_for_people

_VERSIONS = (
    ("Java", re.compile(r"openjdk-?([0-9]+)-(?:jre|jdk)(?:-headless)?|java-([0-9.]+)-openjdk(?:-(?:headless|devel))?")),
    ("PHP", re.compile(r"php([0-9](?:\.[0-9])?)(?:-(?:cli|fpm|common|cgi))?")),
    ("Python", re.compile(r"python([0-9](?:\.[0-9]+)?)(?:-minimal)?")),
    ("Ruby", re.compile(r"ruby([0-9](?:\.[0-9])?)")),
    ("Lua", re.compile(r"lua([0-9]\.[0-9])")),
)


class SeveralVersionsOfOneRuntime(Rule):
    """An image has several versions of one language.

    ## What it does

    Reports installations of a second version of Java, PHP, Python, Ruby or Lua from the distribution, in the stages
    that the final image is made of. Images that start a shell, and stages named for development, are left alone.

    ## Why is this bad

    Each version brings its whole library along, and which one a program gets is a matter of paths. An image has one
    purpose. No price is stated, since it is not known which of them is in vain.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends openjdk-11-jre-headless openjdk-17-jre-headless
    CMD ["java", "-jar", "/app.jar"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless
    CMD ["java", "-jar", "/app.jar"]
    ```
    """

    id = "several-versions-of-one-runtime"
    severity = Severity.INFO
    help = "keep the one that the program runs on"
    managers = SYSTEM_MANAGERS

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage is not model.final_stage or is_for_people(model):
            return
        first: dict[str, str] = {}
        for language, version, package in _runtimes(stage):
            other = first.setdefault(language, version)
            if other != version and not (version.startswith(f"{other}.") or other.startswith(f"{version}.")):
                yield Finding(package, f"{language} {version} is installed beside {language} {other}")
                return


def _runtimes(stage: Stage) -> Iterator[tuple[str, str, Package]]:
    for each in reversed(stage.lineage):
        for command in each.package_commands:
            if command.manager in SYSTEM_MANAGERS and command.is_install:
                names = kept(command, lambda name: _version(name) is not None)
                for package in command.packages:
                    if package.name in names and (found := _version(package.name)):
                        yield (*found, package)


@lru_cache(4096)
def _version(name: str) -> tuple[str, str] | None:
    for language, pattern in _VERSIONS:
        if match := pattern.fullmatch(name):
            version = next(group for group in match.groups() if group)
            return language, version.removeprefix("1.") if language == "Java" else version
    return None
