"""What the nodes of the tree say."""

from pathlib import Path
from typing import TypeVar

import dfopt
from dfopt.syntax import nodes
from dfopt.syntax.nodes import Dockerfile, ExecForm, Instruction, ShellForm

CORNERS = Path(__file__).parents[2] / "fixtures" / "syntax" / "corners"

Kind = TypeVar("Kind", bound=Instruction)


def tree(name: str) -> Dockerfile:
    return dfopt.parse((CORNERS / f"{name}.Dockerfile").read_bytes())


def each(kind: type[Kind], name: str) -> list[Kind]:
    return [instruction for instruction in tree(name).instructions if type(instruction) is kind]


def test_directives() -> None:
    file = tree("crlf")
    assert [(directive.name, directive.value) for directive in file.directives] == [("syntax", "docker/dockerfile:1")]
    assert file.directive("syntax") == "docker/dockerfile:1"
    assert file.directive("escape") is None


def test_an_escape_directive_counts_only_at_the_head() -> None:
    assert tree("backtick").escape == "`"
    assert tree("bom").escape == "`"
    assert tree("escape-directive-too-late").escape == "\\"


def test_comments_belong_to_the_instruction_below() -> None:
    first, *_ = tree("crlf").instructions
    assert first.head.comments == ("# a comment",)
    assert tree("trailing-comment").trailer == nodes.Token("# the end\n  # indented\n\n", "")


def test_a_stage() -> None:
    (stage,) = each(nodes.From, "flags")
    assert stage.image.value == "debian:12"
    assert stage.stage is not None
    assert stage.stage.value == "build"
    assert [(flag.name, flag.value) for flag in stage.flags] == [("platform", "$BUILDPLATFORM")]


def test_continuations_are_no_part_of_values() -> None:
    first, update, late, tight = each(nodes.Run, "continuations")
    assert isinstance(first.command, ShellForm)
    assert first.command.script.value == "echo a   b   c \\\\"
    assert isinstance(update.command, ShellForm)
    assert update.command.script.value == "apt-get update"
    assert late.span.start.line == 20
    assert tight.keyword == "RUN"
    (settings,) = each(nodes.Env, "continuations")
    assert [(setting.name.value, setting.value and setting.value.value) for setting in settings.settings] == [
        ("A", "1"),
        ("B", '"two  words"'),
        ("C", "3"),
    ]


def test_exec_forms() -> None:
    assert [
        command.command.values for command in each(nodes.Cmd, "exec-forms") if isinstance(command.command, ExecForm)
    ] == [
        (),
        ("a", 'b"c'),
        ("aé\n", "/"),
    ]
    (run,) = each(nodes.Run, "exec-forms")
    assert isinstance(run.command, ExecForm)
    assert run.command.values == ("sh", "-c", "echo a")
    (copy,) = each(nodes.Copy, "exec-forms")
    assert (copy.sources, copy.destination) == (("a b", "c"), "/d e/")
    (health,) = each(nodes.Healthcheck, "exec-forms")
    assert isinstance(health.command, ExecForm)


def test_what_is_no_json_is_a_script_or_a_list() -> None:
    file = tree("not-json")
    commands = [each.command for each in file.instructions if isinstance(each, nodes.CommandInstruction)]
    assert all(isinstance(command, ShellForm) for command in commands)
    lists = [each for each in file.instructions if isinstance(each, nodes.ListInstruction)]
    assert [each.values for each in lists] == [("[a", "b", "/c"), ("[/data]",)]
    assert not file.problems


def test_settings() -> None:
    one, legacy, quoted, tabbed, url, opened, escaped = each(nodes.Env, "settings")

    def pairs(instruction: nodes.SettingInstruction) -> list[tuple[str, str | None]]:
        return [(each.name.value, each.value.value if each.value else None) for each in instruction.settings]

    assert pairs(one) == [
        ("a", "1"),
        ("b", '"two words"'),
        ("c", "three\\ words"),
        ("d", "'single \"quoted\"'"),
        ("e", ""),
        ("f", '""'),
        ("g", "$a${b:-x}"),
    ]
    assert pairs(legacy) == [("legacy", "a value  with   blanks")]
    assert legacy.settings[0].equals is None
    assert pairs(quoted) == [("quoted", '"a b"')]
    assert pairs(tabbed) == [("tabbed", "value")]
    assert pairs(url) == [("url", "http://x/?a=b&c=d")]
    assert pairs(opened) == [("open", '"never closed')]
    assert pairs(escaped) == [("a\\", "b=c")]
    globals_, bare, defaulted = each(nodes.Arg, "settings")
    assert pairs(globals_) == [("A", None), ("B", "2"), ("C", '"three four"')]
    assert pairs(bare) == [("D", None)]
    assert pairs(defaulted) == [("E", "$D"), ("F", None)]
    labels, _ = each(nodes.Label, "settings")
    assert [name for name, _ in pairs(labels)] == ['"com.example.name"', "org.x", "multi"]


def test_every_flag_is_kept_and_only_unknown_ones_are_reported() -> None:
    assert not tree("flags").problems
    copy, ended = each(nodes.Copy, "flags")
    assert [flag.name for flag in copy.flags] == ["from", "chown", "chmod", "link", "parents", "exclude", "exclude"]
    assert copy.values == ("/a", "/b", "/c/")
    assert [flag.name for flag in ended.flags] == ["from", ""]
    file = tree("unknown-flags")
    assert [problem.message for problem in file.problems] == [
        "FROM has no flag --colour",
        "RUN has no flag --future",
        "RUN has no flag --flag",
        "COPY has no flag --fast",
        "CMD has no flag --x",
        "LABEL has no flag --y",
        "EXPOSE has no flag --z",
    ]
    assert not any(problem.fatal for problem in file.problems)


def test_heredocs() -> None:
    file = tree("heredocs")
    named = [(each.keyword, [heredoc.name for heredoc in each.heredocs]) for each in file.instructions]
    assert named == [
        ("FROM", []),
        ("RUN", ["EOF"]),
        ("RUN", ["A", "B C", "D", "E"]),
        ("COPY", ["EOF", "one.txt"]),
        ("ADD", ["EOF"]),
        ("RUN", ["EOF"]),
        ("RUN", []),
        ("RUN", []),
        ("RUN", []),
        ("CMD", []),
        ("ONBUILD", ["EOF"]),
        ("RUN", ["EOF"]),
    ]
    several = file.instructions[2].heredocs
    assert [(each.content, each.expand, each.chomp) for each in several] == [
        ("a\n", True, False),
        ("b\n", False, False),
        ("d\n", False, True),
        ("e\n", True, False),
    ]
    assert file.instructions[5].heredocs[0].content == "FROM scratch\n"


def test_an_onbuild_holds_what_it_triggers() -> None:
    triggers = [each.trigger.keyword for each in each(nodes.Onbuild, "onbuild")]
    assert triggers == (
        "RUN COPY ADD ENV ENV LABEL ARG USER WORKDIR EXPOSE VOLUME ENTRYPOINT CMD SHELL STOPSIGNAL HEALTHCHECK".split()
    )


def test_what_cannot_be_read_is_unknown_and_the_rest_is_read() -> None:
    file = tree("unknown-instructions")
    assert [type(each).__name__ for each in file.instructions] == ["From", *["Unknown"] * 4, "Onbuild"]
    assert [problem.message for problem in file.problems] == [
        "unknown instruction FOO",
        "unknown instruction ===",
        'unknown instruction RUN["a"]',
        "unknown instruction &&",
        "unknown instruction BAR",
    ]
    assert all(problem.fatal for problem in file.problems)


def test_a_changed_copy_leaves_the_tree_as_it_was() -> None:
    file = tree("bom-before-from")
    (stage,) = file.instructions
    assert isinstance(stage, nodes.From)
    changed = file.with_changes(instructions=(stage.with_changes(image=nodes.Token(" ", "debian:13")),))
    assert changed.code == "\ufeffFROM debian:13\n"
    assert file.code == "\ufeffFROM debian:12\n"
    assert changed != file
