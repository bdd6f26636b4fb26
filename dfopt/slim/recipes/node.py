"""Node programs that node itself runs, or that npm, yarn or pnpm start with node.

A start script that is nothing but one call of node, as package.json in the context says, is run without its package
manager where that does the same. The package managers, and what they leave beside the modules, stay behind.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Any

from dfopt.model import join_path
from dfopt.slim.commands import Start, plain_command, script_of
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import closure_reasons, source_texts
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject
from dfopt.syntax.shell import parse_script

_MANAGERS = frozenset(("npm", "yarn", "pnpm"))
_TOOLS = ("npm", "npx", "yarn", "yarnpkg", "pnpm", "pnpx", "corepack")
_ENTRY = re.compile(r".*[-_]entrypoint\.sh|(.*/)?(tini|dumb-init)|--")
_SETTINGS = ("package.json", ".npmrc", ".yarnrc", ".yarnrc.yml")
_QUIET = frozenset(("-s", "--silent", "-q", "--quiet"))
_CODE = re.compile(r"\.[cm]?[jt]sx?$")
_ENDS_ITSELF = re.compile(r"""\bprocess\s*\.\s*(?:on|once|addListener)\(\s*["'`]SIGTERM""")
_NAMES_MANAGER = re.compile(r"""["'`/ ](npm|npx|yarn|pnpm|corepack)["'`/ ]""")
_LEFT_OVER = (
    *("node_modules/.cache/**", "**/node_modules/.cache/**", "**/node_modules/**/build/Release/obj.target/**"),
    *("**/node_modules/**/build/Release/.deps/**", "**/node_modules/**/build/node_gyp_bins/**"),
)


@dataclass(frozen=True, slots=True)
class Match:
    """How node is started; `shorter` where that is without the package manager that the image says."""

    words: tuple[str, ...]
    shorter: Start | None = None


class Node:
    """See the module."""

    name = "node"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether node runs, or a package manager that runs nothing but node."""
        words = _words(subject)
        program = words[0].rpartition("/")[2] if words else ""
        if program in ("node", "nodejs") and not all(word.startswith("-") for word in words[1:]):
            return Match(words)
        if program in _MANAGERS:
            shorter = _without_manager(subject, words)
            return shorter if isinstance(shorter, Refusal) else Match(_command(shorter), shorter)
        is_node = any(each.program in _MANAGERS for each in subject.commands)
        return Refusal("node-start", "what it runs is neither node nor a start script") if is_node else None

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The program, its modules, and node."""
        kept = (Kept(" ".join(match.words), "ENTRYPOINT and CMD run it"), *closure_reasons(subject, subject.brought))
        start = subject.start_words
        if match.shorter:
            start = (*[word for word in start if word not in subject.start.command], *match.shorter.command)
        drop = (*_managers(subject, start), *[f"{place}/{name}" for place in subject.brought for name in _LEFT_OVER])
        roots = Roots(tuple(dict.fromkeys(start)), subject.brought, subject.packages, subject.kept, drop)
        title = "a Node program with its modules and node, without package managers"
        return Contents(self.name, title, kept, roots, start=match.shorter)


def _words(subject: Subject) -> tuple[str, ...]:
    """The words of the one command that is run, what only hands over to it left out; none where there are more."""
    words = tuple(dropwhile(_ENTRY.fullmatch, subject.start.command))
    if (script := script_of(words)) is None:
        return words
    commands = parse_script(script.encode("utf-8", "surrogateescape"), head=0).commands
    return tuple([word.value for word in commands[0].words]) if len(commands) == 1 else ()


def _command(start: Start) -> tuple[str, ...]:
    return tuple(dropwhile(_ENTRY.fullmatch, start.command))


def _without_manager(subject: Subject, words: tuple[str, ...]) -> Start | Refusal:
    """How the image starts without its package manager.

    The program then is the container's first process, which no signal ends by default: it must handle SIGTERM itself.
    """
    manager = words[0]
    script = _script(subject, words)
    if isinstance(script, Refusal):
        return script
    texts = _code(subject)
    if any("npm_" in text or "child_process" in text for text in texts):
        return Refusal("node-manager", f"the program may use what {manager} puts into its environment")
    if not any(_ENDS_ITSELF.search(text) for text in texts):
        return Refusal(
            "node-signals",
            f"{manager} is kept, since the program does not handle SIGTERM, which by itself does not end node where it "
            f"is a container's first process; handle it, or start {' '.join(script)} yourself",
        )
    start = subject.start
    change = f"{' '.join(script)} is started without {manager}, which only did the same"
    changes = (*start.changes, change)
    if start.cmd and start.cmd[-len(words) :] == words:
        return replace(start, cmd=(*start.cmd[: -len(words)], *script), changes=changes)
    if not start.cmd and start.entrypoint and start.entrypoint[-len(words) :] == words:
        return replace(start, entrypoint=(*start.entrypoint[: -len(words)], *script), changes=changes)
    return Refusal("node-start", f"{manager} is started in a way that is not read here")


def _script(subject: Subject, words: tuple[str, ...]) -> tuple[str, ...] | Refusal:
    """The words that a package manager runs, with those that it hands on."""
    arguments = [word for word in words[1:] if word not in _QUIET]
    if arguments[:1] in (["run"], ["run-script"]):
        arguments = arguments[1:]
    handed = arguments[1:]
    handed = handed[1:] if handed[:1] == ["--"] else handed
    check = subject.start.healthcheck
    if not arguments or any(word.startswith("-") for word in (arguments[0], *handed[:1])) or subject.start.shells:
        return Refusal("node-start", f"{words[0]} is started in a way that is not read here")
    if check and any(name in " ".join(check.test) for name in _MANAGERS):
        return Refusal("node-start", "HEALTHCHECK needs the package manager")
    scripts = _scripts(subject)
    name = arguments[0]
    if scripts is None or name not in scripts or any(f"{time}{name}" in scripts for time in ("pre", "post")):
        return Refusal("node-script", f"what {' '.join(words)} runs is not known to be one command")
    plain = plain_command(("/bin/sh", "-c", str(scripts[name])))
    if plain is None or plain[0] != "node":
        return Refusal("node-script", f"{' '.join(words)} does more than to run node")
    return (*plain, *handed)


def _scripts(subject: Subject) -> Mapping[str, Any] | None:
    """The scripts of package.json in the working directory; None where they, or how they are run, can't be told."""
    folder, context = subject.config.workdir, subject.model.context
    files = {name: subject.files.get(join_path(folder, name)) for name in _SETTINGS}
    package = files["package.json"]
    if context is None or package is None or any(found for name, found in files.items() if name != "package.json"):
        return None
    try:
        data = json.loads((context.root / package).read_text("utf-8-sig"))
    except (OSError, ValueError):
        return None
    scripts = data.get("scripts") if isinstance(data, dict) else None
    return scripts if isinstance(scripts, dict) else None


def _code(subject: Subject) -> tuple[str, ...]:
    return source_texts(subject, lambda file: _CODE.search(file) is not None)


def _managers(subject: Subject, start: Iterable[str]) -> Iterator[str]:
    """The package managers of the base image, where nothing of the program names one."""
    if any(_NAMES_MANAGER.search(f" {text} ") for text in (*start, *_code(subject))):
        return
    yield from (f"/usr/local/bin/{name}" for name in _TOOLS)
    yield from (f"/usr/local/lib/node_modules/{name}/**" for name in _TOOLS)
    yield from ("/opt/yarn-*/**", "/opt/yarn-*", "/usr/local/include/node/**", "/usr/local/share/man/**")
    yield from ("/usr/local/CHANGELOG.md", "/usr/local/README.md", "/**/.cache/node/corepack/**")
