"""The build context: what `.dockerignore` leaves of it, as the builder has it."""

import os
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from dfopt.model import Context, Model
from dfopt.syntax.parser import parse

FILES = """
top.txt
node_modules/left/index.js
src/main.py
src/node_modules/x.js
src/deep/cache/one.pyc
src/deep/keep.pyc
docs/README.md
docs/guide.md
docs/img/a.png
secret/key
secret/public/key
.git/config
.env
""".split()

IGNORED = """
# a comment
  .git
/node_modules
**/*.pyc
!src/deep/keep.pyc
docs/*
!docs/README.md
secret
!secret/public
.env*
missing/
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / ".dockerignore").write_text(IGNORED)
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    return tmp_path


LEFT = [
    ".dockerignore",
    "Dockerfile",
    "docs/README.md",
    "secret/public/key",
    "src/deep/keep.pyc",
    "src/main.py",
    "src/node_modules/x.js",
    "top.txt",
]


def test_ignore_file_is_read_as_the_builder_does(folder: Path) -> None:
    assert sorted(Context.at(folder).matches(".")) == LEFT


@pytest.mark.engine
def test_builder_copies_the_same(folder: Path) -> None:
    docker = shutil.which("docker", path=f"/usr/bin{os.pathsep}{os.environ['PATH']}")
    assert docker, "the engine has answered"
    build = [docker, "build", "--quiet", "--output", "type=tar,dest=-", str(folder)]
    built = subprocess.run(build, check=True, capture_output=True, env={**os.environ, "DOCKER_BUILDKIT": "1"})
    with tarfile.open(fileobj=BytesIO(built.stdout)) as archive:
        assert sorted(member.name for member in archive if member.isfile()) == LEFT


def test_sources_are_paths_patterns_and_folders(folder: Path) -> None:
    context = Context.at(folder)
    assert list(context.matches("/src/")) == ["src/deep/keep.pyc", "src/main.py", "src/node_modules/x.js"]
    assert list(context.matches("d*/*.md")) == ["docs/README.md"]
    assert list(context.matches("node_modules")) == []
    assert list(context.matches("../outside")) == []
    assert list(context.matches(".", limit=2)) == LEFT[:2]
    assert context.exists("top.txt")
    assert not context.exists(".env")
    assert context.is_folder("src")


def test_ignore_file_of_the_dockerfile_comes_first(folder: Path) -> None:
    (folder / "other.Dockerfile.dockerignore").write_text("*\n!top.txt\n")
    context = Context.at(folder, folder / "other.Dockerfile")
    assert list(context.matches(".")) == ["top.txt"]


def test_copy_knows_its_files(folder: Path) -> None:
    source = b"FROM scratch\nCOPY src/*.py top.txt /app/\nCOPY src /lib\n"
    one, two = Model(parse(source), Context.at(folder)).copies
    assert one.files == ("src/main.py", "top.txt")
    assert [effect.path for effect in one.stage.effects] == ["/app", "/app/top.txt", "/lib"]
    assert two.destination == "/lib"
    assert Model(parse(source)).copies[0].files is None
