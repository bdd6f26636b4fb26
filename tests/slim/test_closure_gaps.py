"""What a failed run says is missing, in the words of loaders, shells and languages, and which file that is."""

import io
import tarfile
import zipfile
from collections.abc import Iterator

import pytest

from dfopt.images import RootFS
from dfopt.slim.closure.gaps import find_gaps

PYTHON = "/usr/lib/python3.11"
FILES = [
    "/usr/bin/cat",
    "/usr/bin/server",
    "/usr/local/bin/run.sh",
    "/usr/share/cat/cat",
    "/usr/lib/x86_64-linux-gnu/libfoo.so.1.2",
    f"{PYTHON}/site-packages/flask/__init__.py",
    f"{PYTHON}/site-packages/flask/json/__init__.py",
    f"{PYTHON}/site-packages/six.py",
    f"{PYTHON}/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so",
    "/app/node_modules/express/package.json",
    "/app/node_modules/express/index.js",
    "/app/node_modules/@scope/tool/package.json",
    "/app/lib/helper.js",
    "/usr/share/perl5/JSON/XS.pm",
    "/usr/lib/ruby/3.1.0/bigdecimal/util.rb",
    "/opt/app/extra.jar",
    "/usr/share/zoneinfo/Europe/Berlin",
    "/etc/passwd",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/app/app.conf",
    "/var/lib/app/data/one",
    "/var/lib/app/data/two",
]
LINKS = {"/bin": "usr/bin", "/usr/lib/x86_64-linux-gnu/libfoo.so.1": "libfoo.so.1.2"}
KEPT = ["/usr/bin/server"]


def jar() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("org/example/Driver.class", b"")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def root() -> Iterator[RootFS]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in FILES:
            info = tarfile.TarInfo(path.lstrip("/"))
            content = jar() if path.endswith(".jar") else b""
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for path, target in LINKS.items():
            info = tarfile.TarInfo(path.lstrip("/"))
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    buffer.seek(0)
    with RootFS.from_tar(buffer) as found:
        yield found


def paths(said: str, root: RootFS) -> set[str]:
    return {gap.path for gap in find_gaps(said, root, KEPT)}


@pytest.mark.parametrize(
    ("said", "path"),
    [
        (
            "/usr/bin/server: error while loading shared libraries: libfoo.so.1: cannot open shared object file",
            "/usr/lib/x86_64-linux-gnu/libfoo.so.1",
        ),
        (
            "Error loading shared library libfoo.so.1: No such file or directory (needed by /usr/bin/server)",
            "/usr/lib/x86_64-linux-gnu/libfoo.so.1",
        ),
        ("dlopen: libfoo.so.1: cannot open shared object file: No such file", "/usr/lib/x86_64-linux-gnu/libfoo.so.1"),
        ("sh: 1: cat: not found", "/usr/bin/cat"),
        ("/entry.sh: line 3: cat: command not found", "/usr/bin/cat"),
        ("/entry.sh: 3: /bin/cat: not found", "/bin/cat"),
        ('OCI runtime exec failed: exec: "cat": executable file not found in $PATH: unknown', "/usr/bin/cat"),
        ("crun: executable file `cat` not found in $PATH: No such file or directory", "/usr/bin/cat"),
        ('exec: "/usr/local/bin/run.sh": stat /usr/local/bin/run.sh: no such file', "/usr/local/bin/run.sh"),
        ("env: \u2018cat\u2019: No such file or directory", "/usr/bin/cat"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'cat'", "/usr/bin/cat"),
        ("Errno::ENOENT: No such file or directory - cat", "/usr/bin/cat"),
        ("Error: spawn cat ENOENT", "/usr/bin/cat"),
        ('Cannot run program "cat": error=2, No such file or directory', "/usr/bin/cat"),
        ("ModuleNotFoundError: No module named 'flask'", f"{PYTHON}/site-packages/flask/**"),
        ("ModuleNotFoundError: No module named 'flask.json'", f"{PYTHON}/site-packages/flask/**"),
        ("ImportError: No module named six", f"{PYTHON}/site-packages/six.py"),
        ("ModuleNotFoundError: No module named '_bz2'", f"{PYTHON}/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so"),
        ("Error: Cannot find module 'express'", "/app/node_modules/express/**"),
        ("Error: Cannot find module '@scope/tool/lib'", "/app/node_modules/@scope/tool/**"),
        ("Error: Cannot find module '/app/lib/helper'", "/app/lib/helper.js"),
        ("Can't locate JSON/XS.pm in @INC (you may need to install it)", "/usr/share/perl5/JSON/XS.pm"),
        (
            "in `require': cannot load such file -- bigdecimal/util (LoadError)",
            "/usr/lib/ruby/3.1.0/bigdecimal/util.rb",
        ),
        ("java.lang.ClassNotFoundException: org.example.Driver", "/opt/app/extra.jar"),
        ("java.lang.NoClassDefFoundError: org/example/Driver", "/opt/app/extra.jar"),
        ("panic: unknown time zone Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"),
        ("'No time zone found with key Europe/Berlin'", "/usr/share/zoneinfo/Europe/Berlin"),
        ("DateTimeZone: Unknown or bad timezone (Europe/Berlin)", "/usr/share/zoneinfo/Europe/Berlin"),
        ("unable to find user app: no matching entries in passwd file", "/etc/passwd"),
        ("x509: certificate signed by unknown authority", "/etc/ssl/certs/**"),
        ('open() "/etc/app/app.conf" failed (2: No such file or directory)', "/etc/app/app.conf"),
        ("Error: ENOENT: no such file or directory, open '/etc/app/app.conf'", "/etc/app/app.conf"),
        ("Failed opening required '/etc/app/app.conf' (include_path='.')", "/etc/app/app.conf"),
        ("java.nio.file.NoSuchFileException: /etc/app/app.conf", "/etc/app/app.conf"),
        ("can't open directory /var/lib/app/data: does not exist", "/var/lib/app/data/**"),
    ],
)
def test_a_message_names_what_is_missing(said: str, path: str, root: RootFS) -> None:
    assert path in paths(said, root)


@pytest.mark.parametrize(
    "said",
    [
        "server: ready on /etc/app/app.conf",
        "/usr/bin/server: not found",
        "/nowhere/file: No such file or directory",
        "open /var/lib: no such file or directory",
        "GET /index.html 404 Not Found",
        "",
    ],
)
def test_what_is_there_or_never_was_is_not_asked_for(said: str, root: RootFS) -> None:
    assert paths(said, root) == set()


def test_a_program_is_looked_for_among_programs_alone(root: RootFS) -> None:
    assert paths("sh: 1: cat: not found", root) == {"/usr/bin/cat"}


def test_each_gap_has_the_line_that_asks_for_it(root: RootFS) -> None:
    said = "starting\n  sh: 1: cat: not found\nopen /etc/app/app.conf: no such file or directory\n"
    assert [(gap.path, gap.said) for gap in find_gaps(said, root, KEPT)] == [
        ("/usr/bin/cat", "sh: 1: cat: not found"),
        ("/etc/app/app.conf", "open /etc/app/app.conf: no such file or directory"),
    ]
