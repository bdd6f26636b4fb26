"""What an editor shows: findings as its diagnostics, fixes as its actions, pages of rules as its hovers."""

from collections.abc import Iterator

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CodeDescription,
    Diagnostic,
    DiagnosticSeverity,
    Hover,
    MarkupContent,
    MarkupKind,
    Position,
    Range,
    TextEdit,
    WorkspaceEdit,
)

from dfopt.rules import diagnostic as rules
from dfopt.rules.pages import page
from dfopt.rules.registry import all_rules
from dfopt.server.document import Document
from dfopt.sizes import readable

_SEVERITIES = {
    rules.Severity.ERROR: DiagnosticSeverity.Error,
    rules.Severity.WARNING: DiagnosticSeverity.Warning,
    rules.Severity.INFO: DiagnosticSeverity.Information,
    rules.Severity.HINT: DiagnosticSeverity.Hint,
}
FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.dfopt"
"""The kind to ask for when a file is saved, so that its safe fixes are applied."""


def diagnostics(document: Document) -> list[Diagnostic]:
    """All findings."""
    return [_diagnostic(each, document) for each in document.findings]


def hover(document: Document, position: Position) -> Hover | None:
    """The pages of the rules that found something at a place."""
    offset = document.places.offset(position)
    found = {each.rule: each for each in document.between(offset, offset)}
    if not found:
        return None
    text = "\n\n---\n\n".join(page(all_rules()[rule]) for rule in found)
    return Hover(MarkupContent(MarkupKind.Markdown, text))


def actions(document: Document, uri: str, place: Range) -> Iterator[CodeAction]:
    """The fix of each finding in a range, comments that silence them, and all safe fixes at once."""
    start, end = document.places.offset(place.start), document.places.offset(place.end)
    found = document.between(start, end)
    for finding in found:
        if finding.fix and (text := document.fixed_only(finding)) is not None:
            yield _fix(finding, finding.fix, document, uri, text)
    for rule, finding in {each.rule: each for each in found}.items():
        if edit := _silence(rule, finding, document):
            yield CodeAction(
                title=f"Ignore {rule} in this instruction",
                kind=CodeActionKind.QuickFix,
                diagnostics=[_diagnostic(finding, document)],
                edit=WorkspaceEdit(changes={uri: [edit]}),
            )
    if (text := document.fixed()) != document.text:
        yield CodeAction(
            title="Apply all safe fixes of dfopt",
            kind=FIX_ALL,
            edit=WorkspaceEdit(changes={uri: [_difference(document, text)]}),
        )


def _diagnostic(finding: rules.Diagnostic, document: Document) -> Diagnostic:
    return Diagnostic(
        range=document.places.range(finding.span.start.offset, finding.span.end.offset),
        message=f"{finding.message}{_price(finding)}\n{finding.help}" if finding.help else finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=CodeDescription(finding.url),
        source="dfopt",
    )


def _price(finding: rules.Diagnostic) -> str:
    cost = finding.cost
    return f" ({readable(cost.bytes, digits=2)}, {cost.basis.value})" if cost else ""


def _fix(finding: rules.Diagnostic, fix: rules.Fix, document: Document, uri: str, text: str) -> CodeAction:
    is_safe = fix.safety is rules.Safety.SAFE
    title = f"{fix.title[:1].upper()}{fix.title[1:]}"
    return CodeAction(
        title=title if is_safe else f"{title} (unsafe)",
        kind=CodeActionKind.QuickFix,
        diagnostics=[_diagnostic(finding, document)],
        is_preferred=is_safe,
        edit=WorkspaceEdit(changes={uri: [_difference(document, text)]}),
    )


def _silence(rule: str, finding: rules.Diagnostic, document: Document) -> TextEdit | None:
    """A comment above the instruction; None where the finding is in none."""
    instruction = document.instruction_at(finding.span.start.offset)
    if instruction is None:
        return None
    at = instruction.span.start.offset
    return TextEdit(document.places.range(at, at), f"# dfopt: ignore[{rule}]\n")


def _difference(document: Document, text: str) -> TextEdit:
    """One edit: what the two texts begin and end with alike stays, and so do the editor's marks in it."""
    old = document.text
    shorter = min(len(old), len(text))
    first = next((index for index in range(shorter) if old[index] != text[index]), shorter)
    most = shorter - first
    last = next((index for index in range(most) if old[-1 - index] != text[-1 - index]), most)
    start = len(old[:first].encode("utf-8", "surrogatepass"))
    end = len(old[: len(old) - last].encode("utf-8", "surrogatepass"))
    return TextEdit(document.places.range(start, end), text[first : len(text) - last])
