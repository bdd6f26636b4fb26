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
    """Files below `root`, and `pretended` paths and `folders` outside; packages of `essential` are on every system."""

    root: Path
    awk: str
    packages: dict[str, list[str]] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    essential: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    pretended: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, text: str = "", package: str = "", mode: int = 0o644) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)
        if package:
            self.packages.setdefault(package, []).append(str(place))

    def pretend(self, kind: str, path: str, package: str = "") -> None:
        """A path outside the root, of which nothing but its kind (and a link's target) is read."""
        place = path.partition(" -> ")[0]
        self.pretended |= {f"{kind} {path}", *(f"d {parent}" for parent in Path(place).parents)}
        if package:
            self.packages.setdefault(package, []).append(place)

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
        lines = {*(self._kind(path) for path in listed), *(f"d {path}" for path in self.folders), *self.pretended}
        lines |= {"d /etc", "d /usr", "d /usr/share"}
        (work / "index").write_text("".join(f"{line}\n" for line in sorted(lines)))
        (work / "owners").write_text(_rows(self.packages))
        (work / "packages").write_text(
            "".join(
                f"{name}\t{self.sources.get(name, name)}\t{self.needs.get(name, '')}\t{essential}\n"
                for name in self.packages
                for essential in ("1" if name in self.essential else "",)
            )
        )
        program = max(instructions.script().split("'"), key=len)
        (work / "program").write_text(program.replace(PUBLIC, PUBLIC.replace("^", "")))
        values = [f"-vsearch={self.root}/usr/bin", f"-vhome={self.root}/app", "-vtext_only=I"]
        done = subprocess.run(
            [*shlex.split(self.awk), *values, "-f", "program"],
            cwd=work,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **self.environment},
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


def _rows(packages: Mapping[str, list[str]]) -> str:
    return "".join(f"{owner}\t{path}\n" for owner, paths in packages.items() for path in paths)


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


def test_settings_that_were_made_in_a_folder_of_one_package_come_with_it(system: System) -> None:
    for package in ("shop-server", "shop-tools"):
        system.pretend("d", "/etc/shared", package)
    system.pretend("d", "/etc/shop", "shop-server")
    system.pretend("f", "/etc/shop/server.xml")
    system.pretend("f", "/etc/shared/tools.xml")
    system.write("usr/bin/shop", "#!/bin/sh\n", "shop-server", 0o755)
    kept = system.kept("shop")
    assert "/etc/shop/server.xml" in kept
    assert "/etc/shared/tools.xml" not in kept


@pytest.mark.parametrize("place", ["/usr/lib/x86_64-linux-gnu/shop/list", "/usr/share/shop/late.jar"])
def test_what_no_package_has_in_a_folder_of_one_comes_with_it(system: System, place: str) -> None:
    system.pretend("d", place.rpartition("/")[0], "shop-server")
    system.pretend("f", place)
    system.write("usr/bin/shop", "#!/bin/sh\n", "shop-server", 0o755)
    assert place in system.kept("shop")
    assert place not in system.kept("node")


@pytest.mark.parametrize(("folder", "is_run"), [("app/cgi-bin", True), ("app/pages", False)])
def test_programs_that_a_server_runs_as_pages_bring_what_they_run(system: System, folder: str, is_run: bool) -> None:
    system.write(f"{folder}/now", "#!/bin/sh\ndate | sort\n", mode=0o755)
    assert ("usr/bin/date" in system.kept("node", brought=("app",))) is is_run


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("LoadModule fax", {"fax.so"}),
        ("parts = mod_page", {"mod_page.so"}),
        ('<type name="fax" mode="text"/>', {"fax.so", "image.so", "mod_page.so"}),
    ],
)
def test_only_settings_of_plug_ins_say_that_others_are_unwanted(system: System, line: str, names: set[str]) -> None:
    for name in ("fax.so", "image.so", "mod_page.so"):
        system.write(f"usr/lib/shop/plugins/{name}", package="shop")
        system.write(f"usr/lib/shop/plugins/{name[:-3]}.la", f"dlname='{name}'\n", "shop")
    system.write("usr/share/shop/types.xml", f"{line}\n", "shop")
    system.write("usr/bin/shop", "#!/bin/sh\n", "shop", 0o755)
    kept = system.kept(f"shop\n{system.root}/usr/share/shop/types.xml")
    assert {path.rpartition("/")[2] for path in kept if path.endswith(".so")} == names


def test_classes_need_each_other_and_stay_whatever_names_them(system: System) -> None:
    archives = {"/usr/share/java/shop-core.jar": "libshop-java", "/usr/share/java/compiler.jar": "libcompiler-java"}
    archives["/etc/shop/shop.security"] = "libshop-java"
    for path, package in archives.items():
        system.pretend("f", path, package)
    system.write(
        "usr/bin/shop-setup", "#!/bin/sh\ncat shop-core.jar compiler.jar shop.security\n", "libshop-java", 0o755
    )
    system.write("usr/bin/shop", "#!/bin/sh\n", "shop-server", 0o755)
    system.sources["libshop-java"] = "shop-server"
    system.needs = {"shop-server": "libshop-java", "libshop-java": "libcompiler-java"}
    kept = system.kept("shop")
    assert archives.keys() <= kept
    assert "usr/bin/shop-setup" not in kept


def test_links_that_only_a_container_or_a_kept_folder_ends_stay(system: System) -> None:
    system.pretend("d", "/var/log/shop", "shop-server")
    system.pretend("l", "/var/lib/shop/logs -> ../../log/shop", "shop-server")
    system.pretend("l", "/var/log/shop.log -> /dev/stdout")
    assert {"/var/lib/shop/logs", "/var/log/shop.log"} <= system.kept("node")


def test_a_default_in_a_script_does_not_hide_what_the_image_sets(system: System) -> None:
    settings = {"/usr/share/shop/conf/shop.conf", "/var/lib/shop/conf/shop.conf"}
    for path in settings:
        system.pretend("f", path)
    script = '#!/bin/sh\n[ -n "$BASE" ] || BASE=/usr/share/shop\nexec node "$BASE/conf/shop.conf"\n'
    system.write("usr/bin/shop", script, "shop-server", 0o755)
    system.environment["BASE"] = "/var/lib/shop"
    assert settings <= system.kept("shop")


@pytest.mark.parametrize(("named", "is_kept"), [(("tesseract",), True), ((), False)])
def test_what_is_installed_by_name_brings_the_data_that_it_needs(
    system: System, named: tuple[str], is_kept: bool
) -> None:
    system.write("usr/bin/tesseract", "#!/bin/sh\n", package="tesseract", mode=0o755)
    system.write("usr/share/tessdata/eng.traineddata", package="tesseract-eng")
    system.write("usr/share/other/tools.txt", package="other")
    system.program("other", "other")
    system.needs["tesseract"] = "tesseract-eng other"
    kept = system.kept("tesseract", named=named)
    assert ("usr/share/tessdata/eng.traineddata" in kept) is is_kept
    assert "usr/share/other/tools.txt" not in kept


@pytest.mark.parametrize("start", ["npm", "node"])
def test_a_packaged_program_for_node_brings_the_modules_that_its_package_needs(system: System, start: str) -> None:
    system.link("usr/bin/npm", "../share/nodejs/npm/bin/npm-cli.js", "npm")
    system.write("usr/share/nodejs/npm/bin/npm-cli.js", "#!/usr/bin/env node\n", "npm", 0o755)
    system.write("usr/share/nodejs/npm/lib/cli.js", "", "npm")
    system.write("usr/share/nodejs/semver/index.js", "", "node-semver")
    system.program("semver", "node-semver")
    system.write("usr/share/nodejs/lru-cache/index.js", "", "node-lru-cache")
    system.needs = {"npm": "nodejs node-semver", "node-semver": "node-lru-cache"}
    modules = {f"usr/share/nodejs/{path}" for path in ("npm/lib/cli.js", "semver/index.js", "lru-cache/index.js")}
    kept = system.kept(start, named=("npm", "nodejs"))
    assert kept & modules == (modules if start == "npm" else set())
    assert "usr/bin/semver" not in kept


def test_modules_of_packages_are_no_data_of_programs_that_are_not_here(system: System) -> None:
    system.write("usr/bin/npm", "#!/usr/bin/env node\nload('index.js')\n", "npm", 0o755)
    system.write("usr/bin/npx", "#!/usr/bin/env node\nload('package.json')\n", "npm", 0o755)
    system.pretend("f", "/usr/share/nodejs/arborist/package.json", "npm")
    system.pretend("f", "/usr/share/shop/package.json", "npm")
    system.pretend("x", "/usr/share/nodejs/arborist/bin/index.js", "npm")
    kept = system.kept("npm")
    assert {"/usr/share/nodejs/arborist/package.json", "/usr/share/nodejs/arborist/bin/index.js"} <= kept
    assert "/usr/share/shop/package.json" not in kept
