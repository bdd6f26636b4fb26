"""Python programs whose distributions an installer such as pip puts into the image.

The closure keeps the interpreter, its modules and all distributions whole. What is added here: where nothing that runs
names an installer, the installers stay behind, in the interpreter's own folders and in virtual environments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dfopt.knowledge.bases import identify
from dfopt.model import is_below, is_exact, join_path
from dfopt.slim.brought import is_shared
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import closure_reasons, source_texts
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject

_MANAGERS = frozenset(("pip", "uv", "poetry", "pipenv", "pdm"))
_PROGRAM = re.compile(
    r"python[0-9.]*|gunicorn|uvicorn|hypercorn|granian|daphne|waitress-serve|flask|fastapi|django-admin|celery|streamlit"
)
_HANDS_OVER = re.compile(r"(.*/)?(tini|dumb-init|exec|[^/]*entrypoint[^/]*|[^/]+\.sh)|--|-g|-s")
_STARTS_PROGRAM = re.compile(rf"^\s*(exec\s+)?([^\s#]*/)?({_PROGRAM.pattern})\s", re.MULTILINE)
_READ = re.compile(r"\.(py|pyw|sh|bash|cfg|ini|toml|ya?ml|json)$|(^|/)(Procfile|[^./]+)$")
_INSTALLS = re.compile(
    r"""\b(pip|pip3|uv|uvx|pipx|poetry|pipenv|pdm)["']?,?\s+["']?(install|run|sync|download|wheel|list|freeze|show|tool|venv)\b"""
    r"""|\b(import|from)\s+(pip|ensurepip|uv|poetry|pipenv|pdm)\b|-m["']?,?\s*["']?(pip|ensurepip|venv|uv|poetry|pipenv)\b"""
    r"""|["'](pip3?|uv|uvx|pipx|poetry|pipenv|pdm|ensurepip)["']|\bvenv\.(create|EnvBuilder)|/(pip3?|uv|poetry|pipenv)\b"""
)
_SETUP = re.compile(r"(^|/)(setup\.py|pyproject\.toml|Makefile|makefile|tox\.ini|noxfile\.py|Dockerfile[^/]*)$")
_PACKAGES = ("site-packages", "dist-packages")
_DISTRIBUTIONS = ("pip", "uv", "pipx", "poetry", "poetry_core", "poetry_plugin_export", "pipenv", "pdm")
_TOOLS = ("pip", "pip3", "pip3.*", "uv", "uvx", "pipx", "poetry", "pipenv", "pdm")
_OWN_ENVIRONMENTS = ("/**/pypoetry/venv/**", *(f"/**/pipx/venvs/{name}/**" for name in ("poetry", "pipenv", "pdm")))
"""Where the installers' own installers put them, apart from all projects."""


@dataclass(frozen=True, slots=True)
class Match:
    """What leaves the installers behind, as globs."""

    drop: tuple[str, ...]


class Python:
    """See the module."""

    name = "python"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether a Python program runs that needs no installer."""
        if not _is_python(subject):
            return None
        if subject.model.context is None:
            return Refusal("python-unseen", "its scripts can't be seen here, and one may run pip")
        texts = (" ".join(subject.start_words), *source_texts(subject, _is_read))
        if any(_INSTALLS.search(text) for text in texts):
            return Refusal("python-installer", "what runs names an installer (pip, uv, poetry…), so these are kept")
        return Match(tuple(_installers(subject)))

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The closure without the installers."""
        start = Kept(" ".join(subject.start.command), "ENTRYPOINT and CMD run it")
        kept = (start, *closure_reasons(subject, subject.brought))
        roots = Roots(subject.start_words, subject.brought, subject.packages, subject.kept, match.drop)
        title = "a Python program with its distributions and the interpreter, without installers"
        return Contents(self.name, title, kept, roots)


def _is_python(subject: Subject) -> bool:
    """Whether there may be installers: the image is Python's own, or one is called in it and a Python program runs."""
    base = identify(subject.stage.root_base or "")
    if base is not None and base.language in ("python", "pypy"):
        return True
    if not any(each.manager in _MANAGERS for stage in subject.lineage for each in stage.package_commands):
        return False
    words = [word for word in subject.start.command if not _HANDS_OVER.fullmatch(word)]
    if words:
        return _PROGRAM.fullmatch(words[0].rpartition("/")[2]) is not None
    return any(_STARTS_PROGRAM.search(text) for text in _start_scripts(subject))


def _start_scripts(subject: Subject) -> tuple[str, ...]:
    files = {subject.files.get(join_path(subject.config.workdir, word)) for word in subject.start.command}
    return source_texts(subject, files.__contains__)


def _is_read(file: str) -> bool:
    return _READ.search(file) is not None and not _SETUP.search(file)


def _installers(subject: Subject) -> Iterator[str]:
    for folder in _PACKAGES:
        for name in _DISTRIBUTIONS:
            yield from (f"/**/{folder}/{name}/**", f"/**/{folder}/{name}-*/**")
    yield "/usr/**/ensurepip/**"
    for name in _TOOLS:
        yield from (f"/bin/{name}", f"/**/bin/{name}")
    yield from _OWN_ENVIRONMENTS
    home = subject.config.env.get("POETRY_HOME", "").rstrip("/")
    if home.startswith("/") and is_exact(home) and not is_shared(home) and not _holds_any(home, subject.brought):
        yield f"{home}/**"


def _holds_any(folder: str, places: tuple[str, ...]) -> bool:
    return any(is_below(place, folder) for place in places)
