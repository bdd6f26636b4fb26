"""The rule `copy-before-dependency-install`."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts, SourceKind
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.paths import is_below
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule

_MANIFESTS = {
    "bundler": "Gemfile and Gemfile.lock",
    "composer": "composer.json and composer.lock",
    "npm": "package.json and package-lock.json",
    "pip": "the requirements file",
    "pipenv": "Pipfile and Pipfile.lock",
    "pnpm": "package.json and pnpm-lock.yaml",
    "poetry": "pyproject.toml and poetry.lock",
    "yarn": "package.json and yarn.lock",
}
_EVERYTHING = frozenset({".", "./", "*", "./*", "/"})


class CopyBeforeDependencyInstall(Rule):
    """All sources are copied before the dependencies are installed.

    ## What it does

    Reports a COPY or ADD of the whole build context that stands in front of an installation from a manifest: `npm ci`,
    `pip install -r`, `bundle install`, `composer install` and their like, in the same stage.

    ## Why is this bad

    Each change to any file of the context makes the layer of the COPY new, and so all dependencies are fetched and
    built again. With the manifests copied first, they are installed again only when a manifest changes.

    ## Example

    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    RUN npm ci
    ```

    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    ```
    """

    id = "copy-before-dependency-install"
    managers = tuple(_MANIFESTS)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        wide = [copy for copy in stage.copies if not copy.is_trigger and _copies_everything(copy)]
        for copy in wide:
            install = next((each for each in stage.package_commands if _depends_on(each, copy)), None)
            if install:
                tool = f"{install.tool} {install.verb}".strip()
                yield Finding(
                    copy.instruction,
                    f"each change to any source makes `{tool}` in line {_line(install)} run again",
                    help=f"copy {_MANIFESTS[install.manager]} first, install, and copy the rest afterwards",
                )
                return


def _copies_everything(copy: CopyFacts) -> bool:
    return copy.from_ is None and any(
        source.kind is SourceKind.CONTEXT and source.text in _EVERYTHING for source in copy.sources
    )


def _depends_on(install: PackageCommand, copy: CopyFacts) -> bool:
    """Whether a command installs, from a manifest that the COPY brings, what does not depend on the other sources."""
    if install.manager not in _MANIFESTS or not install.is_install or install.run.is_trigger:
        return False
    if install.packages or (install.manager == "pip" and not install.files):
        return False
    if any(mount.type == "bind" for mount in install.run.mounts):
        return False
    cwd = install.command.cwd
    is_there = cwd is None or is_below(cwd, copy.destination)
    return is_there and install.run.instruction.span.start > copy.instruction.span.start


def _line(install: PackageCommand) -> int:
    return install.run.instruction.span.start.line
