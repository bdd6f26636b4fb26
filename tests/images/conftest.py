"""What the tests of images share."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dfopt.images import Engine, find_engine

MakeTar = Callable[..., bytes]


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The engine of this machine, for tests marked `engine`."""
    with find_engine("auto") as engine:
        yield engine


@pytest.fixture
def fixture_folder() -> Path:
    return Path(__file__).parents[2] / "fixtures" / "images"


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Spools, logs and images of a test go here, so that it can see what stays."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


@pytest.fixture(scope="session")
def make_tar() -> MakeTar:
    """Makes a tar of (name, content) pairs and TarInfo objects: bytes for a file, None a directory, text a link."""

    def make(*members: tuple[str, bytes | str | None] | tarfile.TarInfo) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for member in members:
                if isinstance(member, tarfile.TarInfo):
                    archive.addfile(member)
                else:
                    archive.addfile(*_member(*member))
        return buffer.getvalue()

    return make


def _member(name: str, content: bytes | str | None) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(name)
    if content is None:
        info.type = tarfile.DIRTYPE
        info.mode = 0o755
    elif isinstance(content, str):
        info.type = tarfile.SYMTYPE
        info.linkname = content
    else:
        info.size = len(content)
    return info, io.BytesIO(content if isinstance(content, bytes) else b"")
