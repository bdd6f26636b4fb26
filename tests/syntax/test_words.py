"""Words against the facts of BuildKit's own tables, and what must hold for any word."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.syntax.heredocs import HeredocMark, heredocs
from dfopt.syntax.words import WordError, WordReader, expand, expand_words, references, unquote

FIXTURES = Path(__file__).parents[2] / "fixtures/syntax/words"
ESCAPES = ("\\", "`")
WORD = st.text(st.sampled_from("ab1_-+?#%*/.:=${}'\"\\`<> \t\n안")) | st.text()
VARIABLES = st.dictionaries(st.sampled_from(["a", "b", "ab", "1", "안"]), st.text("ab*?\\/ $'\""))


def groups(name: str) -> list[Any]:
    fixture = tomllib.loads((FIXTURES / name).read_text("utf-8"))
    return [
        pytest.param(case, group["variables"], group.get("escape", "\\"), id=case["word"])
        for group in fixture["group"]
        for case in group["cases"]
    ]


@pytest.mark.parametrize(("case", "variables", "escape"), groups("expansion.toml"))
def test_expansion(case: dict[str, Any], variables: dict[str, str], escape: str) -> None:
    if case.get("fails"):
        with pytest.raises(WordError, match=case.get("message", ".")):
            expand(case["word"], variables, escape)
        return
    assert expand(case["word"], variables, escape) == case["value"]
    if "names" in case:
        assert {reference.name for reference in references(case["word"], escape)} == set(case["names"])


@pytest.mark.parametrize(("case", "variables", "escape"), groups("splitting.toml"))
def test_splitting(case: dict[str, Any], variables: dict[str, str], escape: str) -> None:
    if case.get("fails"):
        with pytest.raises(WordError):
            expand_words(case["word"], variables, escape)
        return
    assert expand_words(case["word"], variables, escape) == case["words"]


@pytest.mark.parametrize(("case", "variables", "escape"), groups("kept.toml"))
def test_keeping_quotes_and_escapes(case: dict[str, Any], variables: dict[str, str], escape: str) -> None:
    reader = WordReader(case["word"], variables, escape, keep_quotes=True, keep_escapes=True)
    assert reader.read() == case["value"]


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        pytest.param(case["line"], [HeredocMark(**mark) for mark in case["marks"]], id=case["line"])
        for case in tomllib.loads((FIXTURES / "heredocs.toml").read_text("utf-8"))["case"]
    ],
)
def test_heredoc_marks(line: str, marks: list[HeredocMark]) -> None:
    assert heredocs(line) == marks


@pytest.mark.parametrize(
    ("word", "unquoted"),
    [
        ("'a b'$x", "a b$x"),
        (r"\$x", "$x"),
        ('"${x:-"y"}"', "${x:-y}"),
        ("${x%%.*}/${y//a/b}", "${x%%.*}/${y//a/b}"),
    ],
)
def test_unquote_leaves_substitutions(word: str, unquoted: str) -> None:
    assert unquote(word) == unquoted


def test_references_have_operators_and_offsets() -> None:
    word = "a$x-${y:-${z}}'$no'\\$no\"${v##*.}${w//a/b}\""
    found = [(r.name, r.operator, word[r.start : r.end]) for r in references(word)]
    assert found == [
        ("x", None, "$x"),
        ("y", ":-", "${y:-${z}}"),
        ("z", None, "${z}"),
        ("v", "##", "${v##*.}"),
        ("w", "//", "${w//a/b}"),
    ]


def test_references_of_a_malformed_word_are_those_before_the_fault() -> None:
    assert [reference.name for reference in references("$x${y:?gone}'")] == ["x", "y"]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("he'llo", 'unterminated single quote, at character 3 of "he\'llo"'),
        ("${x:?must be set}", "x: must be set, at character 1"),
        ("${x:?}", "x: is not allowed to be unset"),
        ("a${x:=y}", "unsupported modifier ':=' in a substitution, at character 2"),
        ("${x" + "y" * 500, "no closing '}' in a substitution"),
        ("${x:-" * 1000, "nested more than 50 deep"),
    ],
)
def test_errors_say_what_and_where(word: str, message: str) -> None:
    with pytest.raises(WordError) as caught:
        expand(word, {})
    assert message in str(caught.value)
    assert 0 <= caught.value.offset <= len(word)
    assert len(str(caught.value)) < 200


@given(WORD, VARIABLES, st.sampled_from(ESCAPES))
def test_only_word_errors_are_raised(word: str, variables: dict[str, str], escape: str) -> None:
    for read in (expand, expand_words):
        with suppress(WordError):
            read(word, variables, escape)


@given(WORD, st.sampled_from(ESCAPES))
def test_references_never_raise_and_start_at_a_dollar_sign(word: str, escape: str) -> None:
    for reference in references(word, escape):
        assert word[reference.start] == "$"
        assert reference.name in word[reference.start : reference.end]


@given(st.text().filter(lambda text: "'" not in text), VARIABLES, st.sampled_from(ESCAPES))
def test_single_quotes_protect_everything(text: str, variables: dict[str, str], escape: str) -> None:
    assert expand(f"'{text}'", variables, escape) == text
    assert unquote(f"'{text}'", escape) == text


@given(WORD, VARIABLES, st.sampled_from(ESCAPES))
def test_a_word_without_references_does_not_depend_on_variables(
    word: str, variables: dict[str, str], escape: str
) -> None:
    if references(word, escape):
        return
    try:
        value = expand(word, {}, escape)
    except WordError:
        return
    assert expand(word, variables, escape) == value == unquote(word, escape)


@given(st.lists(st.text("abc안", min_size=1)), st.lists(st.sampled_from([" ", "\t", "\n", "\u2003"]), min_size=1))
def test_unprotected_white_space_separates_words(words: list[str], spaces: list[str]) -> None:
    assert expand_words("".join(spaces).join(words), {}) == words


@given(WORD)
def test_heredocs_never_raise_and_have_names(text: str) -> None:
    assert all(mark.name for mark in heredocs(f"RUN cat <<{text}"))
