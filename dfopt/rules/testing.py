"""Fixtures of rules: real Dockerfiles that show what is reported, what a fix makes of them, and what is left alone.

A rule's folder is `RULE-ID/`, and each of its subfolders is one of its own: the build context of the files in it.

| file                      | is                                                                                    |
|---------------------------|---------------------------------------------------------------------------------------|
| `bad.Dockerfile`          | reported                                                                              |
| `fixed.Dockerfile`        | what all fixes of `bad.Dockerfile` make of it; without it, no fix may be offered      |
| `good.Dockerfile`         | not reported                                                                          |
| `expect.toml`             | by name, as in `[[bad]]`: the findings in their order, each with any of `line`, `text`  |
|                           | (what the range covers), `message`, `help`, `bytes` and `safety`                      |
| `options.toml`            | the rule's options for this folder                                                    |

`bad-crlf.Dockerfile`, `fixed-crlf.Dockerfile` and `good-heredoc.Dockerfile` are further cases; any suffix will do.

In a test of a package that has rules of its own:

    @pytest.mark.parametrize("case", cases(Path("fixtures")), ids=str)
    def test_rule(case):
        case.verify()
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from inspect import getdoc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dfopt.frozen import frozen
from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.diagnostic import Diagnostic, Safety
from dfopt.rules.registry import RuleInfo, all_rules, load
from dfopt.rules.settings import Settings
from dfopt.syntax.edits import apply, overlap
from dfopt.syntax.parser import parse

_KIND = re.compile(r"(bad|good)(-[\w-]+)?")
_EXAMPLE = re.compile(r"```dockerfile\n(.*?)```", re.DOTALL)
_FILES = re.compile(r"```text\n(.*?)```", re.DOTALL)
_IGNORED = re.compile(r"```gitignore\n(.*?)```", re.DOTALL)
_CONFIGURATION = re.compile(r"```toml\n(.*?)```", re.DOTALL)
_ROUNDS = 5


@frozen()
class Case:
    """One `bad` or `good` file of a rule; `verify` raises AssertionError, and says why."""

    rule: str
    path: Path

    def __str__(self) -> str:
        folder = [] if self.path.parent.name == self.rule else [self.path.parent.name]
        return "/".join([self.rule, *folder, self.path.stem])

    def verify(self) -> None:
        """A bad file is reported as expected, fixed exactly, clean afterwards and stable; a good one is clean."""
        data = self.path.read_bytes()
        found = self.findings(data)
        if self.path.name.startswith("good"):
            _require(not found, f"{self.path} is reported: {_listed(found)}")
            return
        _require(found, f"{self.path} is not reported")
        self._verify_expectations(found, data)
        self._verify_fix(found, data)

    def findings(self, data: bytes) -> list[Diagnostic]:
        """What the rule says about a file in this folder."""
        settings = Settings(frozenset({self.rule}), options={self.rule: self._options})
        return Checker(settings).check(Model(parse(data), Context.at(self.path.parent, self.path)))

    def fixed(self, data: bytes) -> bytes:
        """The file after all fixes, applied until none is left."""
        for _ in range(_ROUNDS):
            edits: list[Any] = []
            for diagnostic in self.findings(data):
                fresh = diagnostic.fix.edits if diagnostic.fix else ()
                if not any(overlap(one, other) for one in fresh for other in edits):
                    edits += fresh
            if not edits:
                return data
            data = apply(data, edits)
        raise AssertionError(f"{self.path} is not stable after {_ROUNDS} rounds of fixes")

    def _verify_expectations(self, found: list[Diagnostic], data: bytes) -> None:
        expected = self._toml("expect.toml").get(self.path.stem.partition(".")[0])
        if expected is None:
            return
        _require(len(expected) == len(found), f"{self.path}: {len(expected)} findings expected, not {_listed(found)}")
        for wanted, diagnostic in zip(expected, found, strict=True):
            actual = _facts(diagnostic, data)
            for key, value in wanted.items():
                _require(actual[key] == value, f"{self.path}: {key} is {actual[key]!r}, not {value!r}")

    def _verify_fix(self, found: list[Diagnostic], data: bytes) -> None:
        fixed = self.path.with_name(self.path.name.replace("bad", "fixed", 1))
        fixes = [diagnostic.fix for diagnostic in found if diagnostic.fix]
        if not fixed.exists():
            _require(not fixes, f"{self.path} has fixes, so {fixed.name} must show what they make of it")
            return
        _require(fixes, f"{self.path} has no fix that could make {fixed.name} of it")
        self._verify_safety({fix.safety for fix in fixes})
        wanted, actual = fixed.read_bytes(), self.fixed(data)
        _require(actual == wanted, f"{fixed} expected, not\n{actual.decode('utf-8', 'replace')}")
        left = [diagnostic for diagnostic in self.findings(wanted) if diagnostic.fix]
        _require(not left, f"{fixed} is still to be fixed: {_listed(left)}")
        if len(fixes) == len(found):
            still = self.findings(wanted)
            _require(not still, f"{fixed} is still reported: {_listed(still)}")

    def _verify_safety(self, offered: set[Safety]) -> None:
        stated = load(_info(self.rule)).fix_safety
        _require(stated, f"{self.rule} offers fixes and states no fix_safety")
        honest = stated is Safety.UNSAFE or Safety.UNSAFE not in offered
        _require(honest, f"{self.rule} says that its fix is safe and offers an unsafe one")

    @property
    def _options(self) -> Mapping[str, Any]:
        return _with_tuples(self._toml("options.toml"))

    def _toml(self, name: str) -> dict[str, Any]:
        path = self.path.with_name(name)
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def cases(root: Path) -> list[Case]:
    """All cases in the folder that has one folder for each rule."""
    return [case for folder in sorted(root.iterdir()) if folder.is_dir() for case in cases_of(folder)]


def cases_of(folder: Path) -> list[Case]:
    """The cases of one rule's folder."""
    files = sorted(folder.rglob("*.Dockerfile"))
    return [Case(folder.name, path) for path in files if _KIND.fullmatch(path.name.removesuffix(".Dockerfile"))]


def verify_documentation(info: RuleInfo) -> None:
    """The page says all it must, and its example is reported, the second block of it not.

    A rule that needs options shows them in a block of ```toml, as they stand in pyproject.toml; one that needs a build
    context shows its `.dockerignore` in a block of ```gitignore, or its files in a block of ```text, one a line.
    """
    page = getdoc(load(info)) or ""
    for heading in ("What it does", "Why is this bad", "Example", *(["Fix safety"] if info.fix_safety else [])):
        _require(f"\n## {heading}\n" in page, f"{info.module}: the docstring has no section '## {heading}'")
    examples = _EXAMPLE.findall(page)
    _require(examples, f"{info.module}: the example has no block of ```dockerfile")
    settings = Settings(frozenset({info.id}), options={info.id: _shown_options(page, info.id)})
    with _shown_context(page) as context:
        for expected, example in zip((True, False), examples, strict=False):
            found = Checker(settings).check(Model(parse(example), context))
            _require(bool(found) is expected, f"{info.module}: in the page's example: {_listed(found)}\n{example}")


@contextmanager
def _shown_context(page: str) -> Iterator[Context | None]:
    ignored, files = _IGNORED.search(page), _FILES.search(page)
    if ignored is None and files is None:
        yield None
        return
    with TemporaryDirectory() as folder:
        if ignored:
            Path(folder, ".dockerignore").write_text(ignored[1], "utf-8")
        for name in files[1].split() if files else ():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        yield Context.at(folder)


def _shown_options(page: str, rule: str) -> Mapping[str, Any]:
    shown = _CONFIGURATION.search(page)
    return _with_tuples(tomllib.loads(shown[1])["tool"]["dfopt"]["rules"][rule]) if shown else {}


def _with_tuples(options: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}


def _require(condition: object, message: str) -> None:
    if not condition:
        raise AssertionError(message)


def _info(rule: str) -> RuleInfo:
    return all_rules()[rule]


def _facts(diagnostic: Diagnostic, data: bytes) -> dict[str, Any]:
    start, end = diagnostic.span
    return {
        "line": start.line,
        "text": data[start.offset : end.offset].decode("utf-8", "replace"),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "bytes": diagnostic.cost.bytes if diagnostic.cost else None,
        "safety": diagnostic.fix.safety.value if diagnostic.fix else None,
    }


def _listed(found: list[Diagnostic]) -> str:
    return "; ".join(f"line {each.span.start.line}: {each.message}" for each in found) or "none"
