"""One Dockerfile that is open in an editor: what the rules find in it, and what their fixes make of it."""

from pathlib import Path

from lsprotocol.types import PositionEncodingKind

from dfopt.cached import cached_property
from dfopt.config.finding import config_for
from dfopt.fix.engine import Fixer
from dfopt.model.context import Context
from dfopt.model.model import Model
from dfopt.rules.checker import Checker
from dfopt.rules.diagnostic import Diagnostic
from dfopt.server.places import Places
from dfopt.syntax.nodes import Instruction
from dfopt.syntax.parser import parse


class Document:
    """A state of a file; `path` is None for a buffer that has never been saved.

    Raises ConfigError where its configuration can't be read.
    """

    def __init__(self, text: str, path: Path | None, encoding: PositionEncodingKind | str | None) -> None:
        self.text = text
        self.places = Places(text, encoding)
        self._data = text.encode("utf-8", "surrogatepass")
        self._context = Context.at(path.parent, path) if path else None
        folder = path.parent if path else Path.cwd()
        self._checker = Checker(config_for(str(folder)).settings(str(path or "Dockerfile")))

    @cached_property
    def _model(self) -> Model:
        return Model(parse(self._data), self._context, data=self._data)

    @cached_property
    def findings(self) -> list[Diagnostic]:
        """What the rules find, by place."""
        return self._checker.check(self._model)

    def between(self, start: int, end: int) -> list[Diagnostic]:
        """The findings that touch the bytes from `start` up to `end`."""
        return [each for each in self.findings if each.span.start.offset <= end and start <= each.span.end.offset]

    def fixed(self) -> str:
        """The text with all safe fixes."""
        return _text(Fixer(self._checker.check).fix(self._data, self._context).data)

    def fixed_only(self, finding: Diagnostic) -> str | None:
        """The text with the fix of one finding, if the gate lets it pass."""
        fixer = Fixer(
            self._checker.check,
            unsafe=True,
            accept=lambda each, data: data == self._data and (each.rule, each.span) == (finding.rule, finding.span),
        )
        result = fixer.fix(self._data, self._context)
        return _text(result.data) if result.applied else None

    def instruction_at(self, offset: int) -> Instruction | None:
        """The instruction that a byte stands in."""
        instructions = self._model.tree.instructions
        return next((each for each in instructions if each.span.start.offset <= offset <= each.span.end.offset), None)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
