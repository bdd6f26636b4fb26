"""The closure in the build: its text joins as builders join it, and what it gathers behaves as the original."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.slim.stage.instructions import LAYERS, ROOT, Roots, gather, run, script
from dfopt.syntax.parser import parse

SUBJECTS = Path(__file__).parents[2] / "fixtures" / "slim"
SHELLS = [shell for shell in ("dash", "bash", "busybox sh", "ash") if shutil.which(shell.split()[0])]
AWKS = [awk for awk in ("mawk", "gawk", "original-awk", "busybox awk") if shutil.which(awk.split()[0])]


def joined(instruction: str, escape: str = "\\") -> str:
    """The shell text that a builder makes of a RUN instruction."""
    lines = [line for line in instruction.splitlines() if not line.startswith("#")]
    return "".join(line.removesuffix(escape) for line in lines).removeprefix("RUN ")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", [script(), joined(run(script()))], ids=["lines", "joined"])
def test_shells_read_the_script(shell: str, text: str) -> None:
    subprocess.run([*shell.split(), "-n"], input=text, text=True, check=True)


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("text", [script(), joined(run(script()))], ids=["lines", "joined"])
def test_awks_read_the_program(awk: str, text: str, tmp_path: Path) -> None:
    program = max(text.split("'"), key=len).replace("BEGIN {", "BEGIN { exit;")
    tmp_path.joinpath("program").write_text(program)
    done = subprocess.run([*awk.split(), "-f", "program"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    done = subprocess.run(["shellcheck", "-s", "sh", "-"], input=script(), capture_output=True, text=True, check=False)
    assert done.stdout == ""


@given(words=st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1)), escape=st.sampled_from("\\`"))
def test_any_words_stay_three_instructions(words: list[str], escape: str) -> None:
    head = f"# escape={escape}\n"
    tree = parse(head + "FROM original\n" + gather(Roots(tuple(words)), escape))
    assert [instruction.keyword for instruction in tree.instructions] == ["FROM", "USER", "SHELL", "RUN", "RUN"]


def test_lists_keep_each_line_of_a_word(tmp_path: Path) -> None:
    text = gather(Roots(("sh", "-c", "echo 'a'\nexec \"$@\"")))
    instruction = "RUN " + text.split("RUN ")[1]
    command = joined(instruction).replace(ROOT, str(tmp_path / "closure"))
    subprocess.run(["sh", "-c", command], check=True)
    assert tmp_path.joinpath("closure/start").read_text() == "sh\n-c\necho 'a'\nexec \"$@\"\n"


@dataclass(frozen=True)
class Subject:
    """A folder of fixtures with the roots that its Dockerfile tells, and what its slim image may have."""

    folder: str
    roots: Roots
    configuration: str
    megabytes: float
    shell: bool = False


SUBJECT_LIST = [
    Subject(
        "nginx",
        Roots(
            ("nginx", "-g", "daemon off;"),
            ("/etc/nginx/sites-enabled/default", "/var/www/html/index.html"),
            ("nginx",),
            # As of a COPY there from another image: no package's programs are meant.
            keep=("/usr/bin/**",),
        ),
        'CMD ["nginx", "-g", "daemon off;"]',
        10.2,
    ),
    Subject(
        "c-runtime",
        Roots(("runtime",), ("/usr/src/runtime.c",), ("gcc", "libc6-dev", "netbase", "locales")),
        'ENV LC_ALL=de_DE.UTF-8\nUSER runner\nENTRYPOINT ["runtime"]',
        9,
        shell=True,
    ),
    Subject("busybox", Roots(("program",)), 'CMD ["program"]', 3, shell=True),
]


@dataclass(frozen=True)
class Built:
    subject: Subject
    original: str
    slim: str


@pytest.fixture(scope="module", params=SUBJECT_LIST, ids=lambda subject: subject.folder)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    if not request.getfixturevalue("engine_answers"):
        pytest.skip("no container engine answers; start one with scripts/engine")
    subject: Subject = request.param
    original = f"dfopt-test-original-{subject.folder}"
    slim = f"dfopt-test-slim-{subject.folder}"
    context = SUBJECTS / subject.folder
    rewritten = tmp_path_factory.mktemp(subject.folder) / "Dockerfile"
    copies = "".join(f"COPY --from=closure {ROOT}/{layer}/ /\n" for layer in LAYERS)
    rewritten.write_text(
        f"FROM {original} AS closure\n{gather(subject.roots)}FROM scratch\n{copies}{subject.configuration}\n"
    )
    build(original, context / "Dockerfile", context)
    build(slim, rewritten, context)
    yield Built(subject, original, slim)
    docker("rmi", "-f", original, slim)


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.strip()


def build(tag: str, dockerfile: Path, context: Path) -> None:
    words = ["docker", "build", "--network", "host", "-q", "-t", tag, "-f", str(dockerfile), str(context)]
    done = subprocess.run(words, env={"DOCKER_BUILDKIT": "0"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def entries(image: str) -> dict[str, tarfile.TarInfo]:
    """What lies in an image, without what engines put into every container."""
    container = docker("create", image)
    with subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE) as export:
        assert export.stdout is not None
        with tarfile.open(fileobj=export.stdout, mode="r|") as archive:
            found = {entry.name: entry for entry in archive}
    docker("rm", container)
    engines = (".dockerenv", "dev", "proc", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab")
    return {name: entry for name, entry in found.items() if not name.startswith(engines)}


@pytest.mark.engine
@pytest.mark.slow
def test_the_slim_image_behaves_as_before(built: Built) -> None:
    container = docker("run", "-d", "--network", "host", built.slim)
    try:
        probe = SUBJECTS / built.subject.folder / "probe.sh"
        done = subprocess.run([probe, container], capture_output=True, text=True, check=False)
    finally:
        docker("rm", "-f", container)
    assert done.returncode == 0, done.stdout


@pytest.mark.engine
@pytest.mark.slow
def test_the_slim_image_is_as_small_as_it_may_be(built: Built) -> None:
    assert int(docker("image", "inspect", "-f", "{{.Size}}", built.slim)) <= built.subject.megabytes * 1e6


@pytest.mark.engine
@pytest.mark.slow
def test_all_in_the_slim_image_is_as_in_the_original(built: Built) -> None:
    original, slim = entries(built.original), entries(built.slim)
    own = ("var/lib/dpkg/status.d", "lib/apk/db/installed")
    differing = {
        name: (entry.mode, entry.uid, entry.gid, entry.size, entry.linkname, int(entry.mtime))
        for name, entry in slim.items()
        if not name.startswith(own) and not same(entry, original[name])
    }
    assert differing == {}


def same(entry: tarfile.TarInfo, other: tarfile.TarInfo) -> bool:
    facts = ("type", "mode", "uid", "gid", "linkname") + (("size", "mtime") if entry.isreg() else ())
    return all(getattr(entry, fact) == getattr(other, fact) for fact in facts)


@pytest.mark.engine
@pytest.mark.slow
def test_a_shell_is_there_only_where_something_runs_one(built: Built) -> None:
    slim = entries(built.slim)
    shells = {"bin/sh", "usr/bin/sh", "usr/bin/bash", "usr/bin/dash"} & slim.keys()
    assert bool(shells) is built.subject.shell
    assert not {"usr/bin/dpkg", "usr/bin/apt-get", "usr/bin/gcc", "usr/bin/perl", "usr/bin/su"} & slim.keys()
    assert "root/.cache/pip/left" not in slim


@pytest.mark.engine
@pytest.mark.slow
def test_people_decide_before_the_plan_and_that_before_its_own_wishes(engine_answers: bool, tmp_path: Path) -> None:
    if not engine_answers:
        pytest.skip("no container engine answers; start one with scripts/engine")
    roots = Roots(
        start=("sleep",),
        keep=("/usr/share/zoneinfo/Europe/**",),
        drop=("/usr/share/zoneinfo/Europe/B*",),
        chosen=("/usr/share/zoneinfo/Europe/Ber*",),
        rejected=("/usr/share/zoneinfo/Europe/Bern*", "/usr/share/zoneinfo/Europe/Paris"),
    )
    dockerfile = tmp_path / "Dockerfile"
    copies = "".join(f"COPY --from=closure {ROOT}/{layer}/ /\n" for layer in LAYERS)
    dockerfile.write_text(f'FROM debian:bookworm AS closure\n{gather(roots)}FROM scratch\n{copies}CMD ["sleep"]\n')
    build("dfopt-test-choices", dockerfile, tmp_path)
    found = {name.rpartition("/")[2] for name in entries("dfopt-test-choices") if "zoneinfo/Europe/" in name}
    docker("rmi", "-f", "dfopt-test-choices")
    assert "Berlin" in found
    assert "Rome" in found
    assert not {"Brussels", "Paris"} & found


def in_closure(lines: str, roots: Roots, folder: Path) -> set[str]:
    """What is gathered from an image of a few lines on top of the distribution's."""
    dockerfile = folder / "Dockerfile"
    copies = "".join(f"COPY --from=closure {ROOT}/{layer}/ /\n" for layer in LAYERS)
    dockerfile.write_text(f'FROM debian:bookworm AS closure\n{lines}\n{gather(roots)}FROM scratch\n{copies}CMD ["/"]\n')
    build("dfopt-test-closure", dockerfile, folder)
    found = set(entries("dfopt-test-closure"))
    docker("rmi", "-f", "dfopt-test-closure")
    return found


PACKAGE = r"""
RUN mkdir -p /p/DEBIAN /p/usr/sbin /p/usr/lib/mail/sbin /p/usr/lib/mail/plugins /p/etc/mail \
 && printf 'Package: mail\nVersion: 1\nArchitecture: all\nMaintainer: n <n@example.org>\n' > /p/DEBIAN/control \
 && echo 'Description: n' >> /p/DEBIAN/control \
 && cp /bin/bash /p/usr/sbin/mail && printf '\0mod_list\0/mail-script\0/etc/mail\0' >> /p/usr/sbin/mail \
 && for name in list other chosen; do touch /p/usr/lib/mail/plugins/mod_$name.so; done \
 && printf 'load mod_chosen\nin unix - deliver\nmap hash:/etc/names\n' > /p/etc/mail/mail.cf \
 && for name in deliver starter idle; do cp /bin/true /p/usr/lib/mail/sbin/$name; done \
 && printf '#!/bin/sh\n$folder/starter\n' > /p/usr/lib/mail/sbin/mail-script \
 && chmod +x /p/usr/lib/mail/sbin/mail-script \
 && touch /etc/names.db && dpkg-deb --build /p /mail.deb && dpkg -i /mail.deb && rm -r /p /mail.deb
"""


@pytest.mark.engine
@pytest.mark.slow
def test_a_package_s_own_programs_and_plugins_are_known_by_bare_names(engine_answers: bool, tmp_path: Path) -> None:
    if not engine_answers:
        pytest.skip("no container engine answers; start one with scripts/engine")
    found = in_closure(PACKAGE, Roots(("mail",), named=("mail",)), tmp_path)
    own = {name.removeprefix("usr/lib/mail/") for name in found if name.startswith("usr/lib/mail/")}
    assert {"sbin/mail-script", "sbin/starter", "sbin/deliver"} <= own
    assert {"plugins/mod_list.so", "plugins/mod_chosen.so"} <= own
    assert not {"sbin/idle", "plugins/mod_other.so"} & own
    assert "etc/names.db" in found


@pytest.mark.engine
@pytest.mark.slow
def test_scripts_may_add_to_path_and_settings_name_folders_of_others(engine_answers: bool, tmp_path: Path) -> None:
    if not engine_answers:
        pytest.skip("no container engine answers; start one with scripts/engine")
    lines = (
        "RUN mkdir -p /usr/lib/tools/bin && cp /bin/true /usr/lib/tools/bin/tool-one"
        " && printf '/usr/lib/tools/bin/tool-one\\n' >> /var/lib/dpkg/info/grep.list"
        " && printf 'set /usr/share/perl5/Debconf/Element\\n' > /etc/own.conf"
        " && printf '#!/bin/sh\\nPATH=/usr/lib/tools/bin:$PATH\\ntool-one\\ncat /etc/own.conf\\n' > /usr/local/bin/run"
        " && chmod +x /usr/local/bin/run"
    )
    found = in_closure(lines, Roots(("run",), ("/etc/own.conf",)), tmp_path)
    assert "usr/lib/tools/bin/tool-one" in found
    assert "usr/share/perl5/Debconf/Element/Select.pm" in found
