"""The rule `dev-dependencies-installed`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.model.managers import PackageAction
from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships


@dataclass(frozen=True, slots=True)
class _Manager:
    """How a manager is told to leave the packages for development out: the first option is the one that a fix adds.

    `variables` do the same, with any value or with the one behind `=`; `marks` are texts in a file that do.
    """

    verbs: tuple[str, ...]
    options: tuple[str, ...]
    variables: tuple[str, ...] = ()
    marks: tuple[bytes, ...] = ()
    text: str | None = None


_NODE = ("NODE_ENV=production", "npm_config_omit", "NPM_CONFIG_OMIT", "NPM_CONFIG_PRODUCTION", "npm_config_production")
_MANAGERS = {
    "npm": _Manager(
        ("install", "i", "ci", "clean-install"),
        ("--omit", "--production", "--only", "--prod"),
        _NODE,
        text="--omit=dev",
    ),
    "yarn": _Manager(("install", ""), ("--production", "--prod"), _NODE, (b"workspaces focus",)),
    "pnpm": _Manager(("install", "i", "ci"), ("--prod", "--production", "-P"), _NODE),
    "composer": _Manager(("install", "i"), ("--no-dev",), ("COMPOSER_NO_DEV=1",)),
    "bundler": _Manager(("install", ""), ("--without", "--with"), ("BUNDLE_WITHOUT", "BUNDLE_ONLY"), (b"without",)),
    "poetry": _Manager(("install",), ("--only", "--no-dev", "--without", "--only-root"), text="--only main"),
    "uv": _Manager(("sync",), ("--no-dev", "--no-default-groups", "--only-group"), ("UV_NO_DEV",)),
}
_LAST_NODE_WITH_OLD_NPM = 14
_WITHOUT_FIX = ("bundler",)
_CLEANS_UP = frozenset(("prune", "workspaces focus", "deploy"))
_FOR_DEVELOPMENT = re.compile(r"(?:^|[\s:_./-])(?:dev|develop|development|test|tests|testing|watch|nodemon|lint|ci)\b")
_FILE_FOR_DEVELOPMENT = re.compile(r"(?:^|[/_.-])(?:dev|develop|development|test|tests|testing|lint|docs)(?=[_.-])")


class DevDependenciesInstalled(Rule):
    """Packages that only development needs are in the image.

    ## What it does

    Reports installations from a manifest (npm, yarn, pnpm, composer, bundler, poetry, uv) that do not leave out the
    packages for development, and `pip install -r requirements-dev.txt`, in the stages that the final image is made
    of. Images that are for development or tests, by the name of the stage, by `NODE_ENV` or by what they run, are
    left alone, and so are those that remove these packages later.

    ## Why is this bad

    Compilers, test runners and linters are often most of `node_modules`, and each of them is code that has to be
    watched for holes.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json ./
    RUN npm ci
    CMD ["node", "server.js"]
    ```

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json ./
    RUN npm ci --omit=dev
    CMD ["node", "server.js"]
    ```

    ## Fix safety

    Unsafe: the program may need a package that is listed for development only. There is no fix where a later command
    builds or tests with these packages: build in a stage of its own then.
    """

    id = "dev-dependencies-installed"
    severity = Severity.INFO
    help = "leave them out (`--omit=dev`, `--prod`, `--no-dev`, `--only main`), or build in a stage of its own"
    fix_safety = Safety.UNSAFE
    managers = (*_MANAGERS, "pip")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not ships(command.run.stage) or _is_for_development(command.run.stage.model.stages[-1]):
            return
        if command.manager == "pip":
            yield from _files_for_development(command)
        elif _installs_all(command, model):
            message = f"{command.tool} {command.verb}".strip() + " also installs what only development needs"
            yield Finding(command, message, fix=_fix(command))


def _files_for_development(command: PackageCommand) -> Iterator[Finding]:
    if command.is_install:
        for file in command.files:
            if _FILE_FOR_DEVELOPMENT.search(file.value):
                yield Finding(file, f"{file.value} names what only development needs")


def _installs_all(command: PackageCommand, model: Model) -> bool:
    manager = _MANAGERS[command.manager]
    is_asked = command.is_install and command.verb in manager.verbs
    if not is_asked or command.packages or command.has_option("-g", "--global"):
        return False
    if command.has_option(*manager.options) or any(mark in model.data for mark in manager.marks):
        return False
    variables = dict(command.command.variables) | {each.name: each.value.value for each in command.command.assignments}
    if variables.get("NODE_ENV") in ("development", "test") or any(
        _is_set(each, variables) for each in manager.variables
    ):
        return False
    return not any(_removes_them(each) for each in _later(command))


def _is_set(setting: str, variables: dict[str, str]) -> bool:
    name, equals, value = setting.partition("=")
    return variables.get(name) == value if equals else bool(variables.get(name))


def _removes_them(command: PackageCommand) -> bool:
    manager = _MANAGERS.get(command.manager)
    if manager is None:
        return False
    return command.verb in _CLEANS_UP or (command.verb in manager.verbs and command.has_option(*manager.options))


def _later(command: PackageCommand) -> Iterator[PackageCommand]:
    """The package commands behind one, in its stage and in those of the final image that are built on it."""
    final = command.run.stage.model.stages[-1]
    for stage in reversed(final.lineage):
        for each in stage.package_commands:
            if each.start > command.start:
                yield each


def _is_for_development(final: Stage) -> bool:
    config = final.config
    texts = [final.name or "", config.env.get("NODE_ENV", ""), *(config.entrypoint or ()), *(config.cmd or ())]
    return any(_FOR_DEVELOPMENT.search(text) for text in texts)


def _has_old_npm(command: PackageCommand) -> bool:
    """Whether npm is older than 7, as in the images of Node.js up to 14, and does not know `--omit`."""
    from dfopt.knowledge.bases import identify

    if command.manager != "npm" or command.run.stage.root_base is None:
        return False
    base = identify(command.run.stage.root_base)
    major = (base.version or "").partition(".")[0] if base and base.image == "node" else ""
    return major.isdecimal() and int(major) <= _LAST_NODE_WITH_OLD_NPM


def _fix(command: PackageCommand) -> Fix | None:
    manager = _MANAGERS[command.manager]
    builds = any(each.action is PackageAction.BUILD for each in _later(command))
    if builds or command.command.script is None or command.manager in _WITHOUT_FIX:
        return None
    option = "--production" if _has_old_npm(command) else manager.text or manager.options[0]
    edits = insert_word_after(command.command, command.verb_word or command.command.words[0], option)
    return Fix(Safety.UNSAFE, f"add {option}", edits)
