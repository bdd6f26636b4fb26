"""Each format as the programs that read it expect it."""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import dfopt
from dfopt.reports.codec import encode
from dfopt.reports.formats import FORMATS, renderer
from dfopt.reports.report import FileReport
from dfopt.rules.diagnostic import Diagnostic, Severity
from dfopt.syntax.positions import Lines

TEXT = "FROM scratch\nRUN a\nRUN a\nRUN b\n"
SCHEMA = Path(dfopt.__file__).parent / "reports" / "schema" / "check-1.json"
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation asks of `artifacts:reports:codequality`."""


def report(path: str = "Dockerfile", text: str = TEXT, *found: Diagnostic) -> FileReport:
    return FileReport(path, text.encode("utf-8", "surrogateescape"), encode(found, Lines(text)))


def finding(line: int, message: str = "something is wrong", severity: Severity = Severity.WARNING) -> Diagnostic:
    start = TEXT.splitlines(keepends=True)[: line - 1]
    at = sum(map(len, start))
    span = Lines(TEXT).span(at, at + len("RUN a"))
    return Diagnostic("a-rule", ("DL0001",), "size", severity, message, "mend it", "https://example.org/a-rule", span)


def rendered(name: str, *reports: FileReport) -> str:
    return "".join(renderer(name)(reports))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "sarif"])
def test_reports_are_streamed(name: str) -> None:
    """A piece is written before the next file is asked for; SARIF alone names all rules first."""
    asked = []

    def files() -> Iterator[FileReport]:
        for number in range(3):
            asked.append(number)
            yield report(f"{number}/Dockerfile", TEXT, finding(2))

    pieces = renderer(name)(files())
    next(pieces)
    assert len(asked) <= 1


def test_a_line_of_jsonl_is_a_file_of_json() -> None:
    reports = (report("a", TEXT, finding(2), finding(3)), report("b"))
    lines = [json.loads(line) for line in rendered("jsonl", *reports).splitlines()]
    document = {"version": 1, "files": lines}
    assert document == json.loads(rendered("json", *reports))
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)


@pytest.mark.parametrize("found", [(), (finding(2),), (finding(2), finding(3), finding(4))], ids=len)
def test_gitlab_takes_the_report(found: tuple[Diagnostic, ...]) -> None:
    document = json.loads(rendered("gitlab", report("./Dockerfile", TEXT, *found), report("b/Dockerfile")))
    Draft202012Validator(CODE_QUALITY).validate(document)
    assert [each["location"]["lines"]["begin"] for each in document] == [each.span.start.line for each in found]


def test_gitlab_knows_a_finding_again_where_lines_are_put_above_it() -> None:
    above = "# a comment\n"
    span = finding(2).span
    moved = Lines(above + TEXT).span(span.start.offset + len(above), span.end.offset + len(above))
    later = Diagnostic("a-rule", (), "size", Severity.WARNING, "something is wrong", "mend it", "", moved)
    prints = [
        json.loads(rendered("gitlab", report("Dockerfile", text, each)))[0]["fingerprint"]
        for text, each in ((TEXT, finding(2)), (above + TEXT, later))
    ]
    assert prints[0] == prints[1]


def test_gitlab_tells_findings_with_the_same_text_apart() -> None:
    found = json.loads(rendered("gitlab", report("a", TEXT, finding(2), finding(3)), report("b", TEXT, finding(2))))
    assert len({each["fingerprint"] for each in found}) == 3


def test_junit_counts_what_failed() -> None:
    root = ElementTree.fromstring(rendered("junit", report("a", TEXT, finding(2), finding(3)), report("b")))
    counts = [{name: suite.get(name) for name in ("name", "tests", "failures", "errors")} for suite in root]
    assert counts == [
        {"name": "a", "tests": "2", "failures": "2", "errors": "0"},
        {"name": "b", "tests": "1", "failures": "0", "errors": "0"},
    ]
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["a-rule (2:1)", "a-rule (3:1)", "no findings"]
    assert [len(case) for case in cases] == [1, 1, 0]


def test_checkstyle_has_each_finding_in_its_file() -> None:
    found = (finding(2, severity=Severity.ERROR), finding(4, severity=Severity.HINT))
    root = ElementTree.fromstring(rendered("checkstyle", report("a", TEXT, *found), report("b")))
    assert {file.get("name"): len(file) for file in root} == {"a": 2, "b": 0}
    assert [each.attrib for each in root.iter("error")] == [
        {
            "line": str(line),
            "column": "1",
            "severity": severity,
            "message": "something is wrong: mend it",
            "source": "dfopt.size.a-rule",
        }
        for line, severity in ((2, "error"), (4, "info"))
    ]


@given(st.text(), st.text(min_size=1))
def test_xml_takes_any_text(message: str, path: str) -> None:
    for name in ("junit", "checkstyle"):
        text = rendered(name, report(path, TEXT, finding(2, message)))
        ElementTree.fromstring(text.encode("utf-8", "replace"))


@given(st.text(alphabet=st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cn"])))
def test_xml_keeps_the_message(message: str) -> None:
    root = ElementTree.fromstring(rendered("junit", report("Dockerfile", TEXT, finding(2, message))))
    told = root.find("testsuite/testcase/failure")
    assert told is not None
    assert told.get("message") == message
