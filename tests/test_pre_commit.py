"""The hooks, run by pre-commit itself on a repository of its own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
BLOATED = ROOT / "fixtures/slim/nginx/Dockerfile"


@pytest.fixture(scope="module")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit-home")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copy(BLOATED, tmp_path / "Dockerfile")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "Dockerfile"], cwd=tmp_path, check=True)
    return tmp_path


def run_hook(hook: str, repository: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", ROOT, hook, "--all-files", "--verbose"],
        check=False,
        cwd=repository,
        env=os.environ | {"PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_check_reports(repository: Path, pre_commit_home: Path) -> None:
    before = (repository / "Dockerfile").read_bytes()
    run = run_hook("dfopt-check", repository, pre_commit_home)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "apt-lists-left-behind" in run.stdout
    assert (repository / "Dockerfile").read_bytes() == before


@pytest.mark.slow
def test_fix_changes_the_file_once(repository: Path, pre_commit_home: Path) -> None:
    first = run_hook("dfopt-fix", repository, pre_commit_home)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    fixed = (repository / "Dockerfile").read_bytes()
    assert fixed != BLOATED.read_bytes()

    subprocess.run(["git", "add", "Dockerfile"], cwd=repository, check=True)
    second = run_hook("dfopt-fix", repository, pre_commit_home)
    assert "files were modified by this hook" not in second.stdout
    assert (repository / "Dockerfile").read_bytes() == fixed


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("Dockerfile", True),
        ("api/Dockerfile", True),
        ("Containerfile", True),
        ("api.Dockerfile", True),
        ("build/web.dockerfile", True),
        ("Dockerfile.dev", True),
        ("Dockerfile.dockerignore", False),
        ("Dockerfiles/notes.md", False),
        ("docker-compose.yml", False),
        ("MyDockerfile", False),
    ],
)
def test_which_files_the_hooks_take(path: str, taken: bool) -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        matches = re.search(hook["files"], path) and not re.search(hook["exclude"], path)
        assert bool(matches) is taken, hook["id"]
