"""Writing a fixed file: whole or not at all, and as the old one was."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfopt.fix import write as module
from dfopt.fix.write import ChangedOnDiskError, write

OLD, NEW = b"FROM debian:12\n", b"FROM debian:12-slim\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Dockerfile"
    path.write_bytes(OLD)
    return path


def test_replaces_the_contents_and_leaves_nothing_beside(file: Path) -> None:
    assert write(file, NEW, read=OLD)
    assert file.read_bytes() == NEW
    assert list(file.parent.iterdir()) == [file]


def test_writes_nothing_when_nothing_changed(file: Path) -> None:
    before = file.stat()
    assert not write(file, OLD, read=OLD)
    assert file.stat() == before


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_keeps_the_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    write(file, NEW, read=OLD)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_keeps_the_owner(file: Path) -> None:
    os.chown(file, 1234, 4321)
    write(file, NEW, read=OLD)
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


def test_keeps_extended_attributes(file: Path) -> None:
    try:
        os.setxattr(file, "user.note", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write(file, NEW, read=OLD)
    assert os.getxattr(file, "user.note") == b"kept"


def test_writes_the_target_of_a_link(file: Path) -> None:
    link = file.with_name("Containerfile")
    link.symlink_to(file.name)
    write(link, NEW, read=OLD)
    assert link.is_symlink()
    assert file.read_bytes() == NEW


def test_keeps_hard_links_together(file: Path) -> None:
    other = file.with_name("Containerfile")
    other.hardlink_to(file)
    write(file, NEW, read=OLD)
    assert other.read_bytes() == NEW
    assert other.samefile(file)


def test_shortens_a_file_with_hard_links(file: Path) -> None:
    file.with_name("Containerfile").hardlink_to(file)
    write(file, b"FROM a\n", read=OLD)
    assert file.read_bytes() == b"FROM a\n"


def test_refuses_a_file_that_changed_since_it_was_read(file: Path) -> None:
    file.write_bytes(b"FROM scratch\n")
    with pytest.raises(ChangedOnDiskError, match="run the fix again"):
        write(file, NEW, read=OLD)
    assert file.read_bytes() == b"FROM scratch\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_failure_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(module, "_resemble", no_space)
    with pytest.raises(OSError, match="no space"):
        write(file, NEW, read=OLD)
    assert file.read_bytes() == OLD
    assert list(file.parent.iterdir()) == [file]


def as_nobody(action: str, file: Path) -> int:
    """The exit status of a Python statement that is run without privileges."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            exec(action, {"write": write, "file": file, "OLD": OLD, "NEW": NEW})
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """The file in a folder that everybody can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder, "Dockerfile")
        path.write_bytes(OLD)
        yield path


@pytest.mark.skipif(os.geteuid() != 0, reason="needs somebody without privileges")
def test_overwrites_in_place_in_a_folder_that_cant_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o666)
    inode = open_folder.stat().st_ino
    assert as_nobody("write(file, NEW, read=OLD)", open_folder) == 0
    assert (open_folder.read_bytes(), open_folder.stat().st_ino) == (NEW, inode)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs somebody without privileges")
def test_overwrites_in_place_what_somebody_else_owns(open_folder: Path) -> None:
    open_folder.chmod(0o666)
    open_folder.parent.chmod(0o777)
    assert as_nobody("write(file, NEW, read=OLD)", open_folder) == 0
    assert (open_folder.read_bytes(), open_folder.stat().st_uid) == (NEW, 0)
    assert list(open_folder.parent.iterdir()) == [open_folder]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs somebody without privileges")
def test_respects_read_only_files(open_folder: Path) -> None:
    open_folder.chmod(0o444)
    assert as_nobody("write(file, NEW, read=OLD)", open_folder) == 1
    assert open_folder.read_bytes() == OLD
