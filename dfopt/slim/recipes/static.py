"""Sites that a tool chain of Node builds in the image, and that a web server serves.

The closure finds the server, its settings and the site. What is added here: Node, its package managers and the modules
that only built the site stay behind, where nothing that is served or run names them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

from dfopt.slim.commands import script_of
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import closure_reasons, source_texts
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject
from dfopt.syntax.shell import parse_script

_ENTRY = re.compile(r".*[-_]entrypoint(\.sh)?|(.*/)?(tini|dumb-init)|--")
_SERVER = re.compile(
    r"(.*/)?(nginx|httpd|httpd-foreground|apache2|apache2ctl|apachectl|apache2-foreground|lighttpd|caddy)"
)
_MANAGERS = frozenset(("npm", "yarn", "pnpm"))
_READ = re.compile(r"\.(html?|conf|sh|bash|toml|ya?ml|php|template)$|(^|/)(Caddyfile|[^./]+)$")
_NAMES_TOOLS = re.compile(
    r"\bnode_modules\b|(^|[\s/\"'`;&|])(node|nodejs|npm|npx|yarn|pnpm)([\s\"'`;&|]|$)", re.MULTILINE
)
_PROGRAMS = ("node", "nodejs", "npm", "npx", "yarn", "yarnpkg", "pnpm", "pnpx", "corepack")
_BASE = (
    *("/usr/local/lib/node_modules/**", "/usr/local/include/node/**", "/usr/local/share/doc/node/**"),
    *("/opt/yarn-*", "/opt/yarn-*/**"),
)


@dataclass(frozen=True, slots=True)
class Match:
    """What leaves the tool chain behind, as globs."""

    drop: tuple[str, ...]


class Static:
    """See the module."""

    name = "static"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether a web server runs, and a package manager of Node was only of use for the build."""
        folders = [each.join(".") for each in subject.commands if each.program in _MANAGERS]
        if not folders or not _serves(subject):
            return None
        if subject.model.context is None:
            return Refusal("static-unseen", "its pages and settings can't be seen here, and one may name node_modules")
        texts = (" ".join(subject.start_words), *source_texts(subject, _is_read))
        if any(_NAMES_TOOLS.search(text) for text in texts):
            return Refusal(
                "static-tools", "a page, a setting or a script names Node or node_modules, so these are kept"
            )
        return Match(tuple(dict.fromkeys(_tool_chain([*folders, *subject.brought]))))

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The closure without the tool chain."""
        start = Kept(" ".join(subject.start.command), "ENTRYPOINT and CMD run it")
        kept = (start, *closure_reasons(subject, subject.brought))
        named = tuple(name for name in subject.packages if name not in _PROGRAMS)
        roots = Roots(subject.start_words, subject.brought, named, subject.kept, match.drop)
        title = "a web server and its site, without the tool chain that built the site"
        return Contents(self.name, title, kept, roots)


def _serves(subject: Subject) -> bool:
    """Whether a web server is run, itself or as a service; what else a script runs must not be of the tool chain."""
    command = tuple(dropwhile(_ENTRY.fullmatch, subject.start.command))
    script = script_of(command)
    if script is None:
        return any(map(_SERVER.fullmatch, command[:2]))
    commands = parse_script(script.encode("utf-8", "surrogateescape"), head=0).commands
    starts = [[word.value for word in each.words if word.value not in ("exec", "service")] for each in commands]
    return any(_SERVER.fullmatch(words[0]) for words in starts if words)


def _is_read(file: str) -> bool:
    return _READ.search(file) is not None and not file.startswith("Dockerfile")


def _tool_chain(folders: list[str]) -> Iterator[str]:
    for folder in folders:
        yield from (f"{folder.rstrip('/')}/node_modules/**", f"{folder.rstrip('/')}/**/node_modules/**")
    yield from (f"/usr/local/bin/{name}" for name in _PROGRAMS)
    yield from _BASE
