"""Single rules of the closure, on small made file systems: what the awk program keeps of them."""

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dfopt.slim.stage import instructions

AWKS = [awk for awk in ("mawk", "gawk", "original-awk", "busybox awk") if shutil.which(awk.split()[0])]

PUBLIC = r"/^(\/usr)?(\/local)?\/lib"
"""How the program knows the loader's folders, which here lie below another root."""


@dataclass
class System:
    """Files below `root`, and `folders` of no such root; of `packages`, those of `essential` are on every system."""

    root: Path
    awk: str
    packages: dict[str, list[str]] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    essential: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def write(self, path: str, text: str = "", package: str = "", mode: int = 0o644) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)
        if package:
            self.packages.setdefault(package, []).append(str(place))

    def program(self, name: str, package: str) -> None:
        self.write(f"usr/bin/{name}", package=package, mode=0o755)

    def kept(self, start: str, brought: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> set[str]:
        """The paths that are kept, those below the root without it."""
        lists = {"start": [start], "brought": [str(self.root / place) for place in brought], "named": named}
        work = self.root.parent / "work"
        work.mkdir(exist_ok=True)
        for name in ("keep", "drop", "chosen", "rejected"):
            (work / name).write_text("")
        for name, words in lists.items():
            (work / name).write_text("".join(f"{word}\n" for word in words))
        shutil.copy(Path(instructions.__file__).parents[1] / "closure" / "tables.txt", work / "tables")
        listed = [*self.root.parents, self.root, *self.root.rglob("*")]
        lines = {*(f"{self._kind(path)} {path}\n" for path in listed), *(f"d {path}\n" for path in self.folders)}
        (work / "index").write_text("".join(sorted(lines)) + "d /etc\nd /usr\nd /usr/share\n")
        (work / "owners").write_text(_rows({path: name for name, paths in self.packages.items() for path in paths}))
        (work / "packages").write_text(
            "".join(
                f"{name}\t{name}\t{self.needs.get(name, '')}\t{'1' if name in self.essential else ''}\n"
                for name in self.packages
            )
        )
        program = max(instructions.script().split("'"), key=len)
        (work / "program").write_text(program.replace(PUBLIC, PUBLIC.replace("^", "")))
        values = [f"-vsearch={self.root}/usr/bin", f"-vhome={self.root}/app", "-vtext_only=I"]
        done = subprocess.run(
            [*shlex.split(self.awk), *values, "-f", "program"],
            cwd=work,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        paths = [line.partition("\t")[0] for line in done.stdout.splitlines()]
        return {path.removeprefix(f"{self.root}/") for path in paths}

    @staticmethod
    def _kind(path: Path) -> str:
        if path.is_dir():
            return "d"
        return "x" if path.stat().st_mode & 0o100 else "f"


def _rows(owners: Mapping[str, str]) -> str:
    return "".join(f"{owner}\t{path}\n" for path, owner in owners.items())


@pytest.fixture(params=AWKS)
def system(request: pytest.FixtureRequest, tmp_path: Path) -> System:
    made = System(tmp_path / "root", request.param, essential=("coreutils",))
    for name in ("tr", "ls", "date", "sort", "tar", "link"):
        made.program(name, "coreutils")
    made.program("node", "nodejs")
    made.program("openssl", "openssl")
    return made


def test_what_looks_like_a_path_of_hundreds_of_folders_is_passed_over(system: System) -> None:
    system.write("app/bundle.js", 'load("' + "/aB3" * 5000 + '")\n')
    assert "app/bundle.js" in system.kept("node", brought=("app",))


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("sh('echo \"$HOME\" | tr a-z A-Z')", {"tr"}),
        ('await sh("ls /srv | sort -u");', {"ls", "sort"}),
        ("sh(`date -d @${seconds}`)", {"date"}),
        ("run(['tar', '-czf', target, source])", {"tar"}),
        ("run('tar', ['-x'])", {"tar"}),
        ('await run("openssl", "version")', {"openssl"}),
        ("shutil.which('openssl')", {"openssl"}),
        ('label("link", "date", ["sort", "by"])', set()),
        ("say('node and others')", set()),
    ],
)
def test_commands_that_a_helper_of_the_author_runs_are_kept(system: System, text: str, programs: set[str]) -> None:
    system.write("app/sh.js", "exports.sh = (command) => require('child_process').exec(command)\n")
    system.write("app/main.js", text + "\n")
    kept = system.kept("node", brought=("app",))
    assert {path.removeprefix("usr/bin/") for path in kept if path.startswith("usr/bin/")} == {"node", *programs}


def test_texts_of_an_application_that_starts_nothing_are_no_commands(system: System) -> None:
    system.write("app/main.js", "say('sort by | date')\n")
    assert "usr/bin/sort" not in system.kept("node", brought=("app",))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('find_library("magic") or find_library("magic1")', {"libmagic.so.1"}),
        ("CDLL('libmagic.so.1')", {"libmagic.so.1"}),
        ('find_library("Wand" + version)', {"libWand-6.so.1"}),
        ('label("magic")', set()),
    ],
)
def test_libraries_that_a_module_loads_by_name_are_kept(system: System, text: str, names: set[str]) -> None:
    for name in ("libmagic.so.1", "libWand-6.so.1", "libother.so.2"):
        system.write(f"usr/lib/{name}", package=name.partition(".")[0].lower())
    system.write("app/site-packages/some/__init__.py", text + "\n")
    kept = system.kept("node", brought=("app",))
    assert {path.removeprefix("usr/lib/") for path in kept if path.startswith("usr/lib/lib")} == names


def test_folders_that_a_command_made_for_later_are_kept(system: System) -> None:
    system.write("app/main.js")
    system.folders = ("/data", "/data/cache", "/etc/own", "/etc/theirs", "/usr/share/own", "/usr/share/own/filled")
    system.packages["theirs"] = ["/etc/theirs"]
    assert system.kept("node", brought=("app",)) & {*system.folders} == {
        *("/data", "/data/cache", "/etc/own", "/usr/share/own/filled"),
    }
