"""Shell forms as exec forms: only where a shell would do nothing else than become the program."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.model import Config
from dfopt.model.config import Healthcheck
from dfopt.slim.commands import is_prompt, plain_command, script_of, start_of

WORDS = st.lists(st.text("abz-_/.=:$ '\"*?\\#;&|()<>~`äß", min_size=1, max_size=8), min_size=1, max_size=5)
SHELL = ("/bin/sh", "-c")


@given(WORDS)
def test_quoted_words_come_back(words):
    words = ["run", *words]
    assert plain_command((*SHELL, shlex.join(words))) == tuple(words)
    assert plain_command((*SHELL, "exec " + shlex.join(words))) == tuple(words)


@given(st.text("ab $'\"\\*?#;&|()<>~`\n=!-", max_size=12))
def test_what_is_taken_for_plain_is_what_a_shell_runs(script):
    """`printf` prints its arguments apart by zeros; a shell that runs the script must see the same words."""
    words = plain_command((*SHELL, f"/usr/bin/printf '%s\\0' x {script}"))
    if words is None:
        return
    done = subprocess.run(
        ["sh", "-c", f"/usr/bin/printf '%s\\0' x {script}"], capture_output=True, check=False, cwd="/"
    )
    assert done.stdout.split(b"\0")[:-1] == [word.encode() for word in words[2:]]


@pytest.mark.parametrize(
    "script",
    [
        "a && b",
        "a; b",
        "a | b",
        "a &",
        "a > b",
        "X=1 a",
        "a $X",
        "a ~",
        "a ~/b",
        "a *",
        "! a",
        "(a)",
        "cd /x",
        "exec",
        ". /x",
        "a `b`",
        "if a; then b; fi",
        "",
    ],
)
def test_what_needs_a_shell_keeps_it(script):
    assert plain_command((*SHELL, script)) is None


def test_options_that_change_the_environment_keep_the_shell():
    assert plain_command(("/bin/bash", "-lc", "a")) is None
    assert plain_command(("/bin/bash", "-o", "pipefail", "-c", "a b")) == ("a", "b")
    assert script_of(("/bin/bash", "-lc", "a")) == "a"
    assert script_of(("python3", "-c", "a")) is None


def test_an_entrypoint_in_shell_form_took_no_command():
    start = start_of(Config(entrypoint=(*SHELL, "exec run x"), cmd=("y",)))
    assert (start.entrypoint, start.cmd, start.shells) == (("run", "x"), None, ())
    assert any("CMD" in change for change in start.changes)


def test_a_command_in_shell_form_behind_an_entrypoint_stays_its_arguments():
    config = Config(entrypoint=("/entry",), cmd=(*SHELL, "run"))
    start = start_of(config)
    assert (start.entrypoint, start.cmd) == (config.entrypoint, config.cmd)
    assert start.shells == ("/bin/sh",)


def test_a_health_check_that_only_sets_its_status_needs_no_shell():
    check = Healthcheck(("CMD-SHELL", "curl -f http://localhost/ || exit 1"), {"interval": "5s"})
    start = start_of(Config(cmd=("run",), healthcheck=check))
    assert start.healthcheck == Healthcheck(("CMD", "curl", "-f", "http://localhost/"), {"interval": "5s"})
    kept = Healthcheck(("CMD-SHELL", "curl -f localhost | grep ok"), {})
    assert start_of(Config(cmd=("run",), healthcheck=kept)).shells == ("/bin/sh",)


@pytest.mark.parametrize(
    "command",
    [["bash"], ["/bin/sh", "-l"], ["python3"], ["php", "-a"], ["node"], ["sh", "-c", "service ssh start; exec bash"]],
)
def test_prompts(command):
    assert is_prompt(command)


@pytest.mark.parametrize(
    "command",
    [["bash", "run.sh"], ["sh", "-c", "a"], ["sh", "-c", "a && bash b"], ["python3", "app.py"], ["nodejs-server"]],
)
def test_no_prompts(command):
    assert not is_prompt(command)
