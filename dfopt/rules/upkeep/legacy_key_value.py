"""The rule `legacy-key-value`."""

import re
from collections.abc import Iterator, Mapping

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import Edits
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Env, Label, Setting, Token
from dfopt.syntax.words import WordError, expand, references

_NAME = re.compile(r"[\w.-]+")
_WORD = re.compile(r"[\w$./:@%+,={}-]+")
_WORDS = re.compile(r"[\w$./:@%+,=-]+(?:[ \t]+[\w$./:@%+,=-]+)*")
_BLANK = re.compile(r"[ \t]")
_QUOTE = re.compile(r"['\"]")


class LegacyKeyValue(Rule):
    """ENV or LABEL has a blank between name and value.

    ## What it does

    Reports `ENV name value` and `LABEL name value`.

    ## Why is this bad

    The form is deprecated. All that follows the name is the value: `ENV one=1 two=2` sets two variables, while `ENV one
    1 two=2` sets one, to a text that nobody meant.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ENV GREETING hello world
    ```

    ```dockerfile
    FROM debian:12-slim
    ENV GREETING="hello world"
    ```

    ## Fix safety

    Safe: the value is quoted only where it must be, and the new form is written only if the builder's rules for quotes,
    escapes, blanks and variables give the same value, whatever the variables in it are.
    """

    id = "legacy-key-value"
    aliases = ("LegacyKeyValueFormat",)
    severity = Severity.INFO
    help = "write name=value"
    fix_safety = Safety.SAFE
    instructions = (Env, Label)

    def check_instruction(self, instruction: Env | Label, model: Model) -> Iterator[Finding]:
        for setting in instruction.settings:
            if setting.equals is None and setting.value is not None:
                edits = _with_equals(instruction.keyword, setting, setting.value, model.escape)
                fix = Fix(Safety.SAFE, "write name=value", edits, frozenset({Change.ONBUILD})) if edits else None
                name = setting.name.value
                yield Finding(instruction, f"{instruction.keyword} sets {name} in the deprecated form", fix=fix)


def _with_equals(keyword: str, setting: Setting, value: Token, escape: str) -> Edits | None:
    name = setting.name
    if value.comments or "\n" in name.text or not _NAME.fullmatch(name.text):
        return None
    for text in _spellings(value.text, escape):
        if _is_plain(value.text, text):
            return _replacement(name.span.end.offset, value, text)
        if _is_one_word(f"{keyword} {name.text}={text}\n", text, escape) and _same(value.value, text, escape):
            return _replacement(name.span.end.offset, value, text)
    return None


def _replacement(start: int, value: Token, text: str) -> Edits:
    """Edits from the end of the name on; what stands between new quotes is not touched."""
    at, end = value.span.start.offset, value.span.end.offset
    if text == value.text:
        return (Edit(start, at, "="),)
    if text == f'"{value.text}"':
        return (Edit(start, at, '="'), Edit(end, end, '"'))
    return (Edit(start, end, f"={text}"),)


def _spellings(value: str, escape: str) -> Iterator[str]:
    """The ways to write a value, the plainest first; most of them are of another value, or of several words."""
    yield value
    yield f'"{value}"'
    if "\n" not in value:
        yield f'"{_QUOTE.sub("", value)}"'
        yield _BLANK.sub(lambda blank: escape + blank[0], value)


def _is_plain(value: str, text: str) -> bool:
    """Whether a value is so plain that this spelling of it needs no proof."""
    return _WORD.fullmatch(value) is not None if text == value else _WORDS.fullmatch(value) is not None


def _is_one_word(line: str, text: str, escape: str) -> bool:
    """Whether an instruction in the new form has that one value."""
    from dfopt.syntax.parser import parse

    instructions = parse(("# escape=`\n" if escape == "`" else "") + line).instructions
    settings = instructions[0].settings if isinstance(instructions[0], (Env, Label)) else ()
    return len(instructions) == len(settings) == 1 and settings[0].value is not None and settings[0].value.text == text


def _same(old: str, text: str, escape: str) -> bool:
    """Whether two words have the same value with all their variables unset, empty, and set to something awkward."""
    new = Token("", text, escape=escape).value
    names = {reference.name for reference in references(old, escape)}
    worlds: list[Mapping[str, str]] = [{}, dict.fromkeys(names, ""), dict.fromkeys(names, "a  b'\"\\$c")]
    try:
        return all(expand(old, world, escape) == expand(new, world, escape) for world in worlds)
    except WordError:
        return False
