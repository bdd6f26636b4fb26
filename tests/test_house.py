"""The project keeps its own rules: imports, documents, the wheel and the lock file."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("bench/*.md"), *ROOT.glob("docs/**/*.md")]
HEAVY = {
    "dockerfile_parse",
    "elftools",
    "httpx",
    "jinja2",
    "lark",
    "pathspec",
    "pygls",
    "rich",
    "tree_sitter",
}


def tracked(folder: str) -> set[str]:
    listing = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, check=True, capture_output=True)
    return set(listing.stdout.decode().split("\0")) - {""}


def test_imports_keep_the_contracts() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_import_of_dfopt_is_light() -> None:
    code = "import sys, dfopt; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert HEAVY.isdisjoint(run.stdout.split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_name_what_exists(document: Path) -> None:
    """Links, and code in backticks that begins with a folder here; `<x>` and `*` stand for any name."""
    text = document.read_text()
    folders = "|".join(re.escape(path.name) for path in ROOT.iterdir() if path.is_dir())
    named = re.findall(rf"`((?:{folders})/[\w./<>*-]*)`", text)
    linked = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    missing = [path for path in named if not any(ROOT.glob(re.sub("<[^>]*>", "*", path.rstrip("/"))))]
    missing += [path for path in linked if not (document.parent / path).exists()]
    assert not missing


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    """Built from the source distribution, so that one is whole too."""
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        archive.extractall(tmp_path / "site")
    assert tracked("dfopt") | {f"dfopt/{path}" for path in tracked("grammar")} <= held
    assert all(name.startswith("dfopt/") for name in held)

    code = "import dfopt; print(dfopt.__file__, dfopt.__version__, dfopt.parse(b'FROM scratch\\n').bytes)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", check=True, capture_output=True, text=True
    )
    assert run.stdout.split(maxsplit=2) == [
        str(tmp_path / "site/dfopt/__init__.py"),
        wheel.name.split("-")[1],
        "b'FROM scratch\\n'\n",
    ]


def test_the_lock_file_satisfies_pyproject_with_hashes_alone() -> None:
    text = (ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    wanted = [
        *PYPROJECT["project"]["dependencies"],
        *(line for extra in PYPROJECT["project"]["optional-dependencies"].values() for line in extra),
        *PYPROJECT["dependency-groups"]["dev"],
        *PYPROJECT["build-system"]["requires"],
    ]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), requirement
    assert "://" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text) if "==" in block)


def test_the_readme_lists_every_command() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("dfopt"), "--help"], check=True, capture_output=True, text=True
    )
    _, _, commands = run.stdout.partition("\nCommands:\n")
    listed = re.findall(r"^\| `dfopt (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(re.findall(r"^  (\w+)", commands, re.MULTILINE))
