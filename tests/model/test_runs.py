"""RUNs: their forms, mounts, and the state of the shell in front of each command."""

from collections.abc import Callable

import pytest

from dfopt.model import Invocation, Model
from dfopt.syntax.parser import parse
from dfopt.syntax.shell import ShellKind

ModelOf = Callable[[str], Model]


def by_program(model: Model) -> dict[str, Invocation]:
    return {command.program: command for command in model.commands}


def command(script: str) -> Invocation:
    return Model(parse(f"FROM debian\nRUN {script}\n")).commands[-1]


@pytest.mark.parametrize(
    ("program", "cwd"),
    [
        ("one", "/src/a"),
        ("two", "/src/a/b"),
        ("three", "/src/a/c"),
        ("four", "/src/a"),
        ("five", "/src"),
        ("six", "/home/app/x"),
        ("seven", "/home/app"),
        ("eight", None),
        ("nine", "/tmp/1.2"),
        ("ten", "/opt"),
        ("eleven", "/src"),
        ("twelve", None),
        ("thirteen", "/src"),
        ("sixteen", "/in"),
        ("seventeen", "/src"),
    ],
)
def test_folder_follows_the_script(program: str, cwd: str | None, model_of: ModelOf) -> None:
    assert by_program(model_of("scripts/state.Dockerfile"))[program].cwd == cwd


def test_options_of_the_shell_follow_set(model_of: ModelOf) -> None:
    commands = by_program(model_of("scripts/state.Dockerfile"))
    options = {
        name: (commands[name].errexit, commands[name].pipefail) for name in ("one", "fifteen", "sixteen", "seventeen")
    }
    assert options == {
        "one": (False, True),
        "fifteen": (True, False),
        "sixteen": (False, False),
        "seventeen": (True, False),
    }


def test_words_get_known_variables(model_of: ModelOf) -> None:
    fourteen = by_program(model_of("scripts/state.Dockerfile"))["fourteen"]
    assert [fourteen.value(word) for word in fourteen.arguments] == ["x-1.2", "$OTHER"]
    assert fourteen.path(fourteen.arguments[0]) == "/src/x-1.2"


def test_assignments_stay_in_front_of_special_builtins_only(model_of: ModelOf) -> None:
    commands = by_program(model_of("scripts/state.Dockerfile"))
    values = [commands[name].value(commands[name].arguments[0]) for name in ("twentytwo", "twentyfour")]
    assert values == ["gcc make"] * 2


def test_what_sudo_runs_runs_as_root(model_of: ModelOf) -> None:
    commands = by_program(model_of("scripts/state.Dockerfile"))
    assert (commands["eighteen"].is_root, commands["nineteen"].is_root, commands["one"].is_root) == (True, False, None)
    assert commands["eighteen"].outer.program == "sudo"
    assert [each.name for each in commands["eighteen"].assignments] == ["A"]


def test_conditions_are_known(model_of: ModelOf) -> None:
    commands = by_program(model_of("scripts/state.Dockerfile"))
    assert [name for name, each in commands.items() if each.is_conditional and "twe" in name] == [
        "twelve",
        "twenty",
        "twentyone",
    ]


def test_only_posix_scripts_have_commands(model_of: ModelOf) -> None:
    last = model_of("scripts/state.Dockerfile").runs[-1]
    assert (last.shell_kind, last.shell_name, last.commands) == (ShellKind.POWERSHELL, "pwsh", ())


def test_every_form_of_run_is_read(model_of: ModelOf) -> None:
    runs = model_of("scripts/forms.Dockerfile").runs
    found = [[each.program for each in run.commands] for run in runs]
    assert found == [
        ["apt-get"],
        ["bash", "cd", "inside", "cat"],
        ["apt-get", "cd", "body"],
        [],
        ["bang"],
        ["bash", "behind", "cd", "fed"],
        ["mounted"],
        ["triggered"],
    ]
    assert [run.shell_name for run in runs] == [None, None, "sh", "python3", "bash", "sh", "sh", "sh"]
    assert [run.is_trigger for run in runs] == [False] * 7 + [True]


def test_scripts_that_are_handed_over_have_their_own_state(model_of: ModelOf) -> None:
    commands = by_program(model_of("scripts/forms.Dockerfile"))
    states = {name: (each.cwd, each.errexit, each.pipefail) for name, each in commands.items()}
    assert states["inside"] == ("/x", True, True)
    assert states["body"] == ("/y", False, False)
    assert states["bang"] == (".", True, False)
    assert states["fed"] == ("/z", True, False)
    assert states["behind"] == (".", False, False)


def test_mounts_have_the_builders_defaults(model_of: ModelOf) -> None:
    run = model_of("scripts/forms.Dockerfile").runs[-2]
    found = [(each.type, each.target, each.from_, each.id, each.sharing, each.readonly) for each in run.mounts]
    assert found == [
        ("cache", "/root/.cache", None, "pip", "locked", False),
        ("bind", "tools", "tools", None, None, True),
        ("secret", "/run/secrets/key", None, "key", None, True),
        ("tmpfs", "/tmp", None, None, None, True),
    ]
    assert (run.network, run.security) == ("none", "insecure")
    assert run.mount_over("/root/.cache/pip/x") is run.mounts[0]
    assert run.mount_over("/root/.cachet") is None


@pytest.mark.parametrize(
    ("script", "names", "found"),
    [
        ("apt-get -qy install", ("-y", "--yes"), True),
        ("apt-get --yes=true install", ("-y", "--yes"), True),
        ("apt-get -q install -- -y", ("-y",), False),
        ("apt-get -o=Dpkg::y install", ("-y",), False),
    ],
)
def test_options_are_read_leniently(script: str, names: tuple[str, ...], found: bool) -> None:
    assert command(script).has_option(*names) is found


@pytest.mark.parametrize(
    "script", ["curl -o x u", "curl -ox u", "curl -fso x u", "curl --output x u", "curl u --output=x"]
)
def test_value_of_an_option(script: str) -> None:
    curl = command(script)
    value = curl.option_value("-o", "--output")
    assert value is not None
    assert (value.value, [word.value for word in curl.operands]) == ("x", ["u"])
