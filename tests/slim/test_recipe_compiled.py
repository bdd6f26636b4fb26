"""Recipes for programs that are compiled in the image they run in."""

import shutil
from pathlib import Path

import pytest

from dfopt.slim.plan import Plan
from dfopt.slim.slimming import slim

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"


def plan(path: Path) -> Plan:
    result = slim(path)
    assert result.plan is not None, result.refusal
    return result.plan


@pytest.mark.parametrize(
    ("subject", "recipe"),
    [("go-static", "go"), ("go-cgo", "go"), ("c-static", "c"), ("c-dynamic", "c"), ("nginx", "closure")],
)
def test_the_dockerfile_tells_the_ecosystem(subject, recipe):
    assert plan(SUBJECTS / subject / "Dockerfile").contents.recipe == recipe


def test_a_go_program_that_needs_nothing_is_copied_alone():
    contents = plan(SUBJECTS / "go-static" / "Dockerfile").contents
    assert contents.roots is None
    assert [kept.name for kept in contents.kept if not kept.is_optional] == ["/usr/local/bin/greeter"]
    assert "/srv/pages" in [kept.name for kept in contents.kept]
    assert "/usr/share/zoneinfo" in [kept.name for kept in contents.kept]
    assert [edit.text for edit in contents.edits] == ["CGO_ENABLED=0 "]


def test_a_go_program_with_c_code_gets_its_libraries():
    contents = plan(SUBJECTS / "go-cgo" / "Dockerfile").contents
    assert contents.roots is not None
    assert contents.edits == ()
    assert {"/go/src/packer/**.go", "/go/src/packer/go.mod"} <= set(contents.roots.drop)
    assert "zlib1g-dev" not in contents.roots.named


def test_without_the_sources_nothing_is_assumed_of_them():
    result = slim((SUBJECTS / "go-static" / "Dockerfile").read_bytes())
    assert result.plan is not None
    assert result.plan.contents.roots is not None
    assert result.plan.contents.edits == ()


def test_programs_that_sources_start_are_kept(tmp_path):
    shutil.copytree(SUBJECTS / "c-dynamic", tmp_path, dirs_exist_ok=True)
    roots = plan(tmp_path / "Dockerfile").contents.roots
    assert roots is not None
    assert "date -u -d @0 +%Y | tr 0 o" in roots.start


def test_sources_are_left_behind_and_other_files_kept():
    roots = plan(SUBJECTS / "c-dynamic" / "Dockerfile").contents.roots
    assert roots is not None
    assert "/srv/sums/**.c" in roots.drop
    assert not any("words" in glob or "sums/sums" in glob for glob in roots.drop)


def test_another_program_than_the_built_one_is_no_match(tmp_path):
    shutil.copytree(SUBJECTS / "go-static", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "Dockerfile"
    path.write_bytes(path.read_bytes().replace(b"CMD greeter", b"CMD python3 app.py"))
    found = plan(path)
    assert found.contents.recipe == "closure"
    assert found.passed_over["go"].code == "go-output"
