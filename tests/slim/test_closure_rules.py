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
TEMPORARY = "never | ^/(run|tmp|"


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

    def link(self, path: str, target: str, package: str = "") -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
        if package:
            self.packages.setdefault(package, []).append(str(place))

    def kept(self, start: str, brought: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> set[str]:
        """The paths that are kept, those below the root without it."""
        lists = {"start": [start], "brought": [str(self.root / place) for place in brought], "named": named}
        work = self.root.parent / "work"
        work.mkdir(exist_ok=True)
        for name in ("keep", "drop", "chosen", "rejected"):
            (work / name).write_text("")
        for name, words in lists.items():
            (work / name).write_text("".join(f"{word}\n" for word in words))
        tables = (Path(instructions.__file__).parents[1] / "closure" / "tables.txt").read_text().splitlines()
        (work / "tables").write_text("".join(f"{line}\n" for line in tables if not line.startswith(TEMPORARY)))
        listed = [*self.root.parents, self.root, *self.root.rglob("*")]
        lines = {*(f"{self._kind(path)}\n" for path in listed), *(f"d {path}\n" for path in self.folders)}
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
        if path.is_symlink():
            return f"l {path} -> {path.readlink()}"
        if path.is_dir():
            return f"d {path}"
        return f"x {path}" if path.stat().st_mode & 0o100 else f"f {path}"


def _rows(owners: Mapping[str, str]) -> str:
    return "".join(f"{owner}\t{path}\n" for path, owner in owners.items())


@pytest.fixture(params=AWKS)
def system(request: pytest.FixtureRequest, tmp_path: Path) -> System:
    made = System(tmp_path / "root", request.param, essential=("coreutils",))
    for name in ("tr", "ls", "date", "sort", "tar", "link"):
        made.program(name, "coreutils")
    made.packages["coreutils"].append(str(made.root / "usr/bin"))
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
        ('pipe("sort", "uniq", data)', {"sort"}),
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


def test_a_program_is_wanted_by_the_package_of_a_link_to_it(system: System) -> None:
    system.program("dot-with-settings", "library")
    system.link("usr/bin/dot", "dot-with-settings", "graphviz")
    system.write("app/main.js", 'const layouts = ["circle", "dot", "other"]\n')
    assert "usr/bin/dot" in system.kept("node", brought=("app",), named=("graphviz",))


def test_lists_that_a_set_up_made_beside_plug_ins_are_kept(system: System) -> None:
    system.write("usr/bin/dot", "#!/bin/sh\n", package="graphviz", mode=0o755)
    system.write("usr/lib/graphviz/plug/one.so.6", package="graphviz")
    system.packages["graphviz"] += [
        str(system.root / folder) for folder in ("usr/lib/graphviz", "usr/lib/graphviz/plug")
    ]
    for path in ("usr/lib/graphviz/plug/config6a", "usr/lib/graphviz/one.cache", "usr/lib/other.cache"):
        system.write(path)
    kept = system.kept("dot")
    assert {"usr/lib/graphviz/plug/config6a", "usr/lib/graphviz/one.cache"} <= kept
