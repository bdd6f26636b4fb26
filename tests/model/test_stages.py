"""Stages and what hangs on what."""

from collections.abc import Callable

import pytest

from dfopt.model import Model, SourceKind
from dfopt.syntax.parser import parse

ModelOf = Callable[[str], Model]


def test_graph_of_stages(model_of: ModelOf) -> None:
    stages = model_of("stages.Dockerfile").stages
    names = {stage.name: [each.name for each in stage.dependencies] for stage in stages}
    assert names == {
        "Build": [],
        "base-slim": [],
        "base-full": [],
        "tools": [],
        "unused": ["tools"],
        "app": ["Build", "base-full", "tools"],
        "final": ["base-slim", "base-full", "app"],
    }
    assert [stage.name for stage in stages if not stage.is_needed] == ["unused"]
    assert [each.name for each in stages[3].used_by] == ["unused", "app"]


def test_what_a_stage_builds_on(model_of: ModelOf) -> None:
    model = model_of("stages.Dockerfile")
    build, slim, full, *_, app, final = model.stages
    assert (build.base, build.external_base) == (None, None)
    assert (slim.is_scratch, slim.external_base, full.external_base) == (True, None, "debian")
    assert (app.base_stage, app.root_base) == (full, "debian")
    assert (final.base, final.base_stage, final.platform) == ("base-slim", slim, "$BUILDPLATFORM")
    assert final.lineage == (final, slim)
    assert [each.keyword for each in app.triggered] == ["RUN"]
    assert model.stage("BUILD") is build
    assert model.stage(6) is model.final_stage is final


def test_sources_of_copy(model_of: ModelOf) -> None:
    app = model_of("stages.Dockerfile").stages[-2]
    assert [(each.sources[0].kind, each.from_stage) for each in app.copies] == [
        (SourceKind.STAGE, app.model.stages[0]),
        (SourceKind.STAGE, app.model.stages[0]),
        (SourceKind.IMAGE, None),
    ]


@pytest.mark.parametrize(
    ("source", "is_windows"),
    [
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", True),
        ('FROM mcr.microsoft.com/powershell\nSHELL ["pwsh", "-Command"]\n', False),
        ('FROM x\nSHELL ["powershell", "-Command"]\n', True),
        ("FROM --platform=windows/amd64 x\n", True),
        ("# escape=`\nFROM x\n", True),
        ("FROM debian\n", False),
    ],
)
def test_windows_is_known(source: str, is_windows: bool) -> None:
    assert Model(parse(source)).stages[0].is_windows is is_windows
