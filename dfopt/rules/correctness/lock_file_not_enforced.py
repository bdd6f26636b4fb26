"""The rule `lock-file-not-enforced`."""

from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.chains import Edits, insert_word_after, replace_word
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule


@dataclass(frozen=True, slots=True)
class _Lock:
    """How a manager is made to keep to its lock file: by other verbs, or by options."""

    files: tuple[str, ...]
    verbs: tuple[str, ...]
    options: tuple[str, ...]
    instead: str | None = None


_LOCKS = {
    "npm": _Lock(("package-lock.json", "npm-shrinkwrap.json"), ("install", "i"), (), instead="ci"),
    "yarn": _Lock(("yarn.lock",), ("install", ""), ("--frozen-lockfile", "--immutable")),
    "pnpm": _Lock(("pnpm-lock.yaml",), ("install", "i"), ("--frozen-lockfile",)),
    "uv": _Lock(("uv.lock",), ("sync",), ("--locked", "--frozen")),
    "pipenv": _Lock(("Pipfile.lock",), ("install",), ("--deploy", "--ignore-pipfile")),
}
_GLOBAL = ("-g", "--global", "--location")
_WITHOUT_LOCK = ("--no-package-lock", "--no-lockfile", "--pure-lockfile", "--lockfile-only")


class LockFileNotEnforced(Rule):
    """The lock file may be ignored when packages are installed.

    ## What it does

    Reports `npm install`, `yarn install`, `pnpm install`, `uv sync` and `pipenv install` without the subcommand or
    the option that keeps to the lock file, where the stage copies the lock file: by name, or in the build context's
    folder.

    ## Why is this bad

    Where the lock file does not fit the manifest, these commands resolve anew and install what nobody has tested, in
    silence. `npm ci` and its like stop the build instead; `npm ci` is also faster.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json ./
    RUN npm install
    ```

    ```dockerfile
    FROM node:22-slim
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    ## Fix safety

    Unsafe: the build fails where the lock file is out of date; `npm ci` also removes a `node_modules` that is there.
    """

    id = "lock-file-not-enforced"
    help = "use `npm ci`, `yarn install --frozen-lockfile`, `pnpm install --frozen-lockfile`, `uv sync --locked`"
    fix_safety = Safety.UNSAFE
    managers = tuple(_LOCKS)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        lock = _LOCKS[command.manager]
        is_asked = command.is_install and command.verb in lock.verbs
        if not is_asked or command.packages or command.files or command.has_option(*_GLOBAL):
            return
        if command.has_option(*lock.options, *_WITHOUT_LOCK):
            return
        if name := _copied(command.run.stage, lock.files):
            edits = _edits(command, lock)
            fix = Fix(Safety.UNSAFE, f"keep to {name}", edits) if edits else None
            yield Finding(command, f"{command.tool} {command.verb}".strip() + f" may not keep to {name}", fix=fix)


def _copied(stage: Stage, names: tuple[str, ...]) -> str | None:
    """The lock file that the stage copies from the build context."""
    for copy in stage.copies:
        if copy.from_ is not None:
            continue
        files = [source.text for source in copy.sources]
        if stage.model.context is not None:
            files += copy.files or ()
        for file in files:
            if (base := file.rpartition("/")[2]) in names:
                return base
    return None


def _edits(command: PackageCommand, lock: _Lock) -> Edits | None:
    verb = command.verb_word
    if command.command.script is None:
        return None
    if lock.instead:
        return replace_word(verb, lock.instead) if verb and verb.text == verb.value else None
    return insert_word_after(command.command, verb or command.command.words[0], lock.options[0])
