"""Walks over trees, and changed copies of them."""

from pathlib import Path

import pytest

import dfopt
from dfopt.syntax import nodes
from dfopt.syntax.nodes import Node
from dfopt.syntax.visitors import REMOVE, Removal, Transformer, Visitor

FIXTURES = Path(__file__).parents[2] / "fixtures" / "syntax"
FILES = sorted([*FIXTURES.glob("real/*.Dockerfile"), *FIXTURES.glob("corners/*.Dockerfile")])


class Collector(Visitor):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def visit_Token(self, token: nodes.Token) -> None:
        self.seen.append(token.prefix + token.text)


class Names(Visitor):
    def __init__(self) -> None:
        self.events: list[str] = []

    def visit_Instruction(self, instruction: nodes.Instruction) -> None:
        self.events.append(f"+{instruction.keyword}")

    def visit_Onbuild(self, _: nodes.Onbuild) -> bool:
        self.events.append("+trigger left out")
        return False

    def leave_Instruction(self, instruction: nodes.Instruction) -> None:
        self.events.append(f"-{instruction.keyword}")


class WithoutComments(Transformer):
    def leave_Token(self, token: nodes.Token) -> Node:
        return token.with_changes(prefix="") if token.comments else token

    def leave_Label(self, _: nodes.Label) -> Removal:
        return REMOVE


class WithoutImage(Transformer):
    def leave_From(self, stage: nodes.From) -> Node:
        return stage

    def leave_Token(self, token: nodes.Token) -> Node | Removal:
        return REMOVE if token.text == "debian:12" else token


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_visitor_sees_every_token_in_order(path: Path) -> None:
    tree = dfopt.parse(path.read_bytes())
    collector = Collector()
    collector.visit(tree)
    assert "".join(collector.seen) == tree.code


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_transformer_that_changes_nothing_gives_back_the_tree(path: Path) -> None:
    tree = dfopt.parse(path.read_bytes())
    assert Transformer().transform(tree) is tree


def test_handlers_of_a_base_class_get_what_has_none_of_its_own() -> None:
    names = Names()
    names.visit(dfopt.parse("FROM a\nONBUILD RUN b\nLABEL c=d\n"))
    assert names.events == ["+FROM", "-FROM", "+trigger left out", "-ONBUILD", "+LABEL", "-LABEL"]


def test_a_transformer_changes_and_removes() -> None:
    tree = dfopt.parse("# one\nFROM a\nLABEL c=d\n# two\nRUN e\n")
    changed = WithoutComments().transform(tree)
    assert changed.code == "FROM a\nRUN e\n"
    assert changed.instructions[1].span == tree.instructions[2].span


def test_what_a_node_needs_cannot_be_removed() -> None:
    with pytest.raises(ValueError, match="the image of From"):
        WithoutImage().transform(dfopt.parse("FROM debian:12\n"))


def test_a_misspelt_handler_is_refused() -> None:
    with pytest.raises(TypeError, match="visit_Runn handles nothing"):
        type("Wrong", (Visitor,), {"visit_Runn": lambda _visitor, _node: None})
    with pytest.raises(TypeError, match="visit_Run handles nothing"):
        type("Wrong", (Transformer,), {"visit_Run": lambda _visitor, _node: None})
