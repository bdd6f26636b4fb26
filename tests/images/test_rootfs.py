"""A root file system read from a tar behaves as the real one, and bad tars are refused."""

from __future__ import annotations

import errno
import io
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.images import ArchiveError, Kind, RootFS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

names = st.sampled_from("abc")
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
targets = st.lists(st.sampled_from(["a", "b", "c", ".", ".."]), min_size=1, max_size=4).map("/".join)
contents = st.one_of(st.none(), st.binary(max_size=20), targets)


@contextmanager
def root_of(data: bytes) -> Iterator[RootFS]:
    with RootFS.from_tar(io.BytesIO(data)) as root:
        yield root


def hardlink(name: str, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.LNKTYPE
    info.linkname = target
    return info


def header(**values: object) -> bytes:
    """One header block, with values that tarfile itself would not write to a finished archive."""
    info = tarfile.TarInfo("file")
    for name, value in values.items():
        setattr(info, name, value)
    return info.tobuf(tarfile.GNU_FORMAT)


@given(st.lists(st.tuples(paths, contents), max_size=12), st.lists(targets, max_size=12))
def test_paths_lead_where_the_kernel_leads_them(tree, asked):
    top = Path(tempfile.mkdtemp())
    try:
        plant(top, tree)
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            archive.add(top, arcname=".")
        with root_of(buffer.getvalue()) as root:
            for path in [*(path for path, _ in tree), *asked]:
                compare(root, top, path)
    finally:
        shutil.rmtree(top)


def plant(top: Path, tree: list[tuple[str, bytes | str | None]]) -> None:
    """Make what can be made of a tree, with links that stay below the top."""
    for path, content in tree:
        place = top / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                place.mkdir(exist_ok=True)
            elif isinstance(content, bytes):
                place.write_bytes(content)
            elif content.count("..") < len(Path(path).parts):
                place.symlink_to(content)
        except OSError:
            continue


def compare(root: RootFS, top: Path, path: str) -> None:
    real = os.path.realpath(top / path)
    if not Path(real).is_relative_to(top):
        return
    assert error_of(lambda: root.resolve(path)) == error_of((top / path).stat)
    assert root.exists(path) == (top / path).exists()
    if not root.exists(path):
        return
    entry = root.resolve(path).entry
    assert entry.path == "/" + os.path.relpath(real, top).removeprefix(".")
    assert entry.is_directory == Path(real).is_dir()
    if entry.is_file:
        assert root.read(path) == Path(real).read_bytes()


def error_of(call: Callable[[], object]) -> int | None:
    try:
        call()
    except OSError as error:
        return error.errno
    return None


def test_an_entry_has_what_the_archive_says_of_it(make_tar):
    info = tarfile.TarInfo("./bin/ping")
    info.mode, info.uid, info.gid, info.mtime = 0o104755, 7, 8, 1_700_000_000
    capability = b"\x01\x00\x00\x02\x00\x20\x00\x00\xff"
    info.pax_headers = {"SCHILY.xattr.security.capability": capability.decode("utf-8", "surrogateescape")}
    device = tarfile.TarInfo("dev/null")
    device.type, device.devmajor, device.devminor = tarfile.CHRTYPE, 1, 3
    fifo = tarfile.TarInfo("run/fifo")
    fifo.type = tarfile.FIFOTYPE
    with root_of(make_tar(info, device, fifo)) as root:
        ping = root["/bin/ping"]
        assert (ping.kind, ping.mode, ping.uid, ping.gid) == (Kind.FILE, 0o4755, 7, 8)
        assert ping.mtime == 1_700_000_000
        assert ping.xattrs == {"security.capability": capability}
        assert root["/dev/null"].kind is Kind.CHARACTER_DEVICE
        assert root["/dev/null"].device == (1, 3)
        assert root["/run/fifo"].kind is Kind.FIFO
        assert (root["/run"].kind, root["/run"].mode) == (Kind.DIRECTORY, 0o755)
        with pytest.raises(OSError, match="no content"):
            root.read("/run/fifo")


def test_every_link_on_the_way_is_reported(make_tar):
    tar = make_tar(
        ("usr/bin/dash", b"shell"),
        ("usr/bin/sh", "dash"),
        ("bin", "usr/bin"),
        ("sh", "/../bin/./sh"),
        ("me", "me"),
    )
    with root_of(tar) as root:
        resolved = root.resolve("/sh")
        assert resolved.entry.path == "/usr/bin/dash"
        assert resolved.links == ("/sh", "/bin", "/usr/bin/sh")
        assert root.lstat("/bin/sh").path == "/usr/bin/sh"
        assert root.read("/bin/sh") == b"shell"
        assert root.resolve("/../../bin/..").entry.path == "/usr"
        assert error_of(lambda: root.resolve("/me")) == errno.ELOOP
        with pytest.raises(NotADirectoryError):
            root.resolve("/sh/x")
        with pytest.raises(IsADirectoryError):
            root.read("/bin")


@pytest.mark.parametrize(("links", "error"), [(40, None), (41, errno.ELOOP)])
def test_as_many_links_are_followed_as_linux_follows(make_tar, links, error):
    chain = [(f"link{number}", f"link{number + 1}") for number in range(links)]
    with root_of(make_tar(*chain, (f"link{links}", b""))) as root:
        assert error_of(lambda: root.resolve("/link0")) == error


def test_a_hard_link_is_a_further_name_of_its_file(make_tar):
    tar = make_tar(("a", b"one"), hardlink("b", "a"), hardlink("c", "b"), ("a", b"two"))
    with root_of(tar) as root:
        assert (root["/c"].kind, root["/c"].target, root["/c"].size) == (Kind.HARDLINK, "/a", 3)
        assert root["/c"].is_file
        assert (root.read("/a"), root.read("/b"), root.read("/c")) == (b"two", b"one", b"one")


def test_the_last_of_equal_paths_holds(make_tar):
    tar = make_tar(("a/b/c", b"1"), ("a", b"file"), ("a", None), ("a/./d", b"2"), ("a/d", b"3"))
    with root_of(tar) as root:
        assert list(root) == ["/", "/a", "/a/d"]
        assert root.read("/a/d") == b"3"


def test_entries_under_a_link_go_where_it_leads(make_tar):
    with root_of(make_tar(("usr/lib", None), ("lib", "usr/lib"), ("lib/x", b"x"))) as root:
        assert list(root) == ["/", "/lib", "/usr", "/usr/lib", "/usr/lib/x"]
        assert root.listdir("/lib") == ["x"]


def test_open_gives_a_seekable_stream(make_tar):
    tar = make_tar(("a", b"before"), ("b", b"0123456789"), ("c", b"after"))
    with root_of(tar) as root, root.open("/b") as stream:
        assert stream.read(3) == b"012"
        stream.seek(-2, os.SEEK_END)
        assert stream.read() == b"89"
        assert stream.read() == b""


def test_walk_and_glob_as_a_shell_does(make_tar):
    tar = make_tar(
        ("etc/a.conf", b""),
        ("etc/d/b.conf", b""),
        ("etc/d/.hidden.conf", b""),
        ("conf", "etc/d"),
        ("etc/[x]", b""),
    )
    with root_of(tar) as root:
        assert [entry.path for entry in root.walk("/conf")] == [
            "/etc/d",
            "/etc/d/.hidden.conf",
            "/etc/d/b.conf",
        ]
        assert [entry.path for entry in root.walk()] == sorted(root)
        assert root.glob("/etc/*.conf") == ["/etc/a.conf"]
        assert root.glob("/conf/*.conf") == ["/conf/b.conf"]
        assert root.glob("/etc/**/*.conf") == ["/etc/a.conf", "/etc/d/b.conf"]
        assert root.glob("/etc/?/.h*") == ["/etc/d/.hidden.conf"]
        assert root.glob("/etc/[[]x]") == ["/etc/[x]"]
        assert root.glob("/etc/d") == ["/etc/d"]
        assert root.glob("/nothing/*") == []


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("/etc/passwd", b"")], "outside of its root"),
        ([("a/../../etc/passwd", b"")], "outside of its root"),
        ([hardlink("a", "/etc/passwd")], "outside of its root"),
        ([hardlink("a", "b")], "missing /b"),
        ([("d", None), hardlink("a", "d")], "the directory /d"),
        ([("a", b""), ("a/b", b"")], "lies under /a"),
        ([("a", "b"), ("b", "a"), ("a/x", b"")], "leads nowhere"),
        ([("a" * 5000, b"")], "more than Linux allows"),
        ([("a", "b" * 5000)], "a link of 5000"),
        ([("/", b"")], "root is a file"),
    ],
)
def test_hostile_entries_are_refused(make_tar, temporary_folder, members, said):
    with pytest.raises(ArchiveError, match=said):
        RootFS.from_tar(io.BytesIO(make_tar(*members)))
    assert list(temporary_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a tar archive"),
        (b"no tar" * 1000, "invalid header|damaged"),
        (header(size=1 << 60), "claims 1152921504606846976 bytes"),
        (header(size=-512), "negative size"),
        (header(type=tarfile.XHDTYPE, size=1 << 40), "extended header"),
        (header(type=tarfile.GNUTYPE_LONGNAME, size=1 << 40), "extended header"),
        (header(type=tarfile.GNUTYPE_SPARSE), "sparse"),
        (header(type=b"Z"), "of a kind"),
    ],
)
def test_hostile_headers_are_refused(data, said):
    with pytest.raises(ArchiveError, match=said):
        RootFS.from_tar(io.BytesIO(data + bytes(1024) if data else data))


@given(st.data())
def test_a_tar_that_is_cut_off_is_refused(make_tar, data):
    tar = make_tar(("a", b"x" * 700), ("b/c", b"y"), ("d", "b"))
    end = len(tar.rstrip(b"\0")) // tarfile.BLOCKSIZE * tarfile.BLOCKSIZE + tarfile.BLOCKSIZE
    cut = data.draw(st.one_of(st.integers(0, end + tarfile.BLOCKSIZE - 1), st.just(end)))
    with pytest.raises(ArchiveError):
        RootFS.from_tar(io.BytesIO(tar[:cut]))


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=6))
def test_a_damaged_tar_is_read_or_refused(make_tar, changes):
    info = tarfile.TarInfo("x")
    info.pax_headers = {"SCHILY.xattr.user.a": "b", "mtime": "1.5"}
    tar = bytearray(make_tar(info, ("a", b"x" * 700), hardlink("b", "a"), ("d", "b")))
    for place, value in changes:
        tar[place] = value
    with suppress(ArchiveError), root_of(bytes(tar)) as root:
        for path, entry in root.items():
            assert path == entry.path
            if entry.is_file:
                assert len(root.read(path)) == entry.size
