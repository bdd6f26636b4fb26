"""A real editor with the server: Neovim."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dfopt

FIXTURES = Path(__file__).parents[2] / "fixtures" / "server"


@pytest.mark.skipif(
    shutil.which("nvim") is None and os.environ.get("DFOPT_ENGINE") != "required", reason="Neovim is not installed"
)
def test_neovim_shows_the_findings_and_applies_the_fixes(tmp_path):
    dockerfile = Path(shutil.copy(FIXTURES / "Dockerfile", tmp_path))
    fixed = dfopt.fix(dockerfile)
    server = [sys.executable, "-c", "from dfopt.cli.main import main; main(['server'])"]
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-S", str(FIXTURES / "neovim.lua")],
        env={**os.environ, "DOCKERFILE": str(dockerfile), "SERVER": json.dumps(server), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, after = (json.loads(line) for line in done.stdout.splitlines())
    assert {each["rule"] for each in before} == {each.rule for each in dfopt.check(FIXTURES / "Dockerfile")}
    assert {each["rule"] for each in after} == {each.rule for each in fixed.remaining}
    assert dockerfile.read_bytes() == fixed.data
