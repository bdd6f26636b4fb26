"""Expansion of a Dockerfile's words: quotes, escapes and variables, as BuildKit's frontend does it.

The facts are those of BuildKit 0.34, `frontend/dockerfile/shell`. They look like a POSIX shell's but are
not: there are no commands and no arithmetic, no variable is assigned, an operand is read even when not used.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from dfopt.frozen import frozen
from dfopt.syntax import patterns

_MAX_NESTING = 50
_SHOWN_LENGTH = 60

_NEEDS_READING = re.compile(r"""[$'"\\`\ufeff]""")
_PLAIN = re.compile(r"""[^$'"\\`<}/]+""")
_PLAIN_IN_DOUBLE_QUOTES = re.compile(r"""[^$"\\`]+""")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEREDOC_OPERATOR = re.compile(r"<<[\t\r ]*")
_SPECIAL_PARAMETERS = frozenset("@*#?-$!")
_WHITE_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


class WordError(ValueError):
    """A word that cannot be expanded: what is wrong, in which word, and where (offset in code points)."""

    def __init__(self, reason: str, word: str, offset: int) -> None:
        shown = word if len(word) <= _SHOWN_LENGTH else word[:_SHOWN_LENGTH] + "…"
        super().__init__(f"{reason}, at character {offset + 1} of {shown!r}")
        self.reason = reason
        self.word = word
        self.offset = offset


@frozen()
class Reference:
    """A use of a variable: `$name`, `${name}` or `${name<operator>…}`; offsets count code points.

    The operator is one of `- :- + :+ ? :? # ## % %% / //`, None for the plain value, or one that expansion
    refuses (as `:=`).
    """

    name: str
    operator: str | None
    start: int
    end: int


def expand(word: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """The word's value: quotes and escapes removed, variables put in (unset is empty); raises WordError."""
    if not _NEEDS_READING.search(word):
        return word
    return WordReader(word, variables, escape).read()


def expand_words(text: str, variables: Mapping[str, str], escape: str = "\\") -> list[str]:
    """The text expanded and split at white space that nothing protects; raises WordError."""
    return WordReader(text, variables, escape).split()


def unquote(word: str, escape: str = "\\") -> str:
    """The word with quotes and escapes removed and every substitution left in place; raises WordError."""
    if not _NEEDS_READING.search(word):
        return word
    return WordReader(word, {}, escape, keep_unset=True).read()


@lru_cache(4096)
def references(word: str, escape: str = "\\") -> tuple[Reference, ...]:
    """The variables a word refers to, in order of appearance; in a malformed word those before the fault."""
    if "$" not in word:
        return ()
    reader = WordReader(word, {}, escape, keep_unset=True)
    with suppress(WordError):
        reader.read()
    return tuple(sorted(reader.references, key=lambda reference: reference.start))


class _Piece(NamedTuple):
    text: str
    splits: bool  # white space in it separates words
    restarts: bool = False  # the unfinished word before it is lost


class WordReader:
    """One pass over a word.

    `keep_quotes` and `keep_escapes` leave quotes and escape characters in the result, `keep_unset`
    leaves the substitution of an unset variable in place (quotes in its operand are still removed).
    """

    def __init__(
        self,
        word: str,
        variables: Mapping[str, str],
        escape: str,
        *,
        keep_quotes: bool = False,
        keep_escapes: bool = False,
        keep_unset: bool = False,
    ) -> None:
        self.references: list[Reference] = []
        self._word = word
        self._variables = variables
        self._escape = escape
        self._keep_quotes = keep_quotes
        self._keep_escapes = keep_escapes
        self._keep_unset = keep_unset
        self._at = 1 if word.startswith("\ufeff") else 0  # Go's scanner drops a byte order mark
        self._nesting = 0
        self._read_operand = False

    def read(self) -> str:
        """The whole word as one string; raises WordError."""
        return "".join([piece.text for piece in self._pieces()])

    def split(self) -> list[str]:
        """The word split at unprotected white space, empty parts dropped; raises WordError."""
        words: list[str] = []
        current = ""
        for piece in self._pieces():
            if piece.restarts:
                current = ""
            head, *tail = _WHITE_SPACE.split(piece.text) if piece.splits else [piece.text]
            current += head
            for part in tail:
                if current:
                    words.append(current)
                current = part
        if current:
            words.append(current)
        return words

    def _pieces(self, stop: str = "", *, pattern: bool = False) -> list[_Piece]:
        """Everything up to the stop character, which is consumed, or to the end of the word."""
        pieces: list[_Piece] = []
        while self._at < len(self._word):
            if self._word[self._at] == stop:
                self._at += 1
                return pieces
            self._read_operand = False
            piece = self._piece(pattern)
            pieces.append(piece._replace(restarts=True) if self._read_operand else piece)
        if stop:
            raise self._error(f"no closing {stop!r} in a substitution", self._at)
        return pieces

    def _piece(self, pattern: bool) -> _Piece:
        if plain := _PLAIN.match(self._word, self._at):
            self._at = plain.end()
            return _Piece(plain[0], splits=True)
        character = self._word[self._at]
        if character == "$":
            return _Piece(self._substitution(), splits=True)
        if character == "'":
            return _Piece(self._single_quoted(pattern), splits=False)
        if character == '"':
            return _Piece(self._double_quoted(pattern), splits=False)
        if character == self._escape:
            return _Piece(self._escaped(), splits=False)
        if operator := _HEREDOC_OPERATOR.match(self._word, self._at):
            self._at = operator.end()
            return _Piece(operator[0], splits=False)
        self._at += 1
        return _Piece(character, splits=True)

    def _escaped(self) -> str:
        kept = self._escape if self._keep_escapes else ""
        text = kept + self._word[self._at + 1 : self._at + 2]
        self._at += 2
        return text

    def _single_quoted(self, pattern: bool) -> str:
        end = self._word.find("'", self._at + 1)
        if end < 0:
            raise self._error("unterminated single quote", self._at)
        text = self._word[self._at + 1 : end]
        self._at = end + 1
        if pattern:
            text = text.replace(self._escape, self._escape * 2)
        return f"'{text}'" if self._keep_quotes else text

    def _double_quoted(self, pattern: bool) -> str:
        start = self._at
        self._at += 1
        doubles_escapes = self._keep_escapes and (pattern or not self._keep_quotes)
        parts: list[str] = []
        while (character := self._peek()) != '"':
            if not character:
                raise self._error("unterminated double quote", start)
            if character == "$":
                parts.append(self._substitution())
            elif character == self._escape:
                parts.append(self._escaped_in_double_quotes(doubles_escapes))
            elif plain := _PLAIN_IN_DOUBLE_QUOTES.match(self._word, self._at):
                self._at = plain.end()
                parts.append(plain[0])
            else:
                self._at += 1
                parts.append(character)
        self._at += 1
        text = "".join(parts)
        return f'"{text}"' if self._keep_quotes else text

    def _escaped_in_double_quotes(self, doubles_escapes: bool) -> str:
        """Only a double quote, a dollar sign and the escape character itself can be escaped here."""
        self._at += 1
        following = self._peek()
        if following in ('"', "$", self._escape):
            self._at += 1
            return (self._escape if self._keep_escapes else "") + following
        return self._escape * 2 if doubles_escapes else self._escape

    def _substitution(self) -> str:
        start = self._at
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return self._value(name, f"${name}", start) if name else "$"
        self._at += 1
        if self._peek() in ("{", "}", ":"):
            raise self._error("bad substitution", start)
        name = self._name()
        operator = self._next()
        if not operator:
            raise self._error("no closing '}' in a substitution", start)
        if operator == "}":
            return self._value(name, f"${{{name}}}", start)
        if operator in ("#", "%"):
            return self._trimmed(name, operator, start)
        if operator == "/":
            return self._replaced(name, start)
        if operator == ":":
            operator += self._next()
        elif operator not in ("-", "+", "?"):
            raise self._unsupported(operator, start)
        return self._with_default(name, operator, start)

    def _value(self, name: str, source: str, start: int) -> str:
        self._refer(name, None, start)
        value = self._variables.get(name)
        if value is None:
            return source if self._keep_unset else ""
        return value

    def _with_default(self, name: str, operator: str, start: int) -> str:
        if operator in (":#", ":%"):
            raise self._unsupported(operator, start)
        operand = self._operand("}", keep_escapes=False, pattern=False)
        self._refer(name, operator, start)
        value = self._variables.get(name)
        if value is None and self._keep_unset:
            return f"${{{name}{operator}{operand}}}"
        missing = value is None or (value == "" and operator[0] == ":")
        match operator[-1]:
            case "-":
                return operand if missing else value or ""
            case "+":
                return "" if missing else operand
            case "?" if not missing:
                return value or ""
            case "?":
                state = "unset" if value is None else "empty"
                raise self._error(f"{name}: {operand or f'is not allowed to be {state}'}", start)
            case _:
                raise self._unsupported(operator, start)

    def _trimmed(self, name: str, operator: str, start: int) -> str:
        operand = self._operand("}", keep_escapes=True, pattern=True)
        longest = operand.startswith(operator)
        self._refer(name, operator * 2 if longest else operator, start)
        value = self._variables.get(name)
        if value is None and self._keep_unset:
            return f"${{{name}{operator}{operand}}}"
        remove = patterns.remove_prefix if operator == "#" else patterns.remove_suffix
        try:
            return remove(value or "", operand[1:] if longest else operand, longest=longest)
        except ValueError as error:
            raise self._error(f"invalid pattern in a substitution: {error}", start) from None

    def _replaced(self, name: str, start: int) -> str:
        everywhere = self._peek() == "/"
        if everywhere:
            self._at += 1
        operator = "//" if everywhere else "/"
        pattern = self._operand("/", keep_escapes=True, pattern=True)
        replacement = self._operand("}", keep_escapes=True, pattern=False)
        self._refer(name, operator, start)
        value = self._variables.get(name)
        if value is None and self._keep_unset:
            return f"${{{name}{operator}{pattern}/{replacement}}}"
        replace = patterns.replace_all if everywhere else patterns.replace_first
        try:
            return replace(value or "", pattern, replacement)
        except ValueError as error:
            raise self._error(f"invalid pattern in a substitution: {error}", start) from None

    def _operand(self, stop: str, *, keep_escapes: bool, pattern: bool) -> str:
        if self._nesting == _MAX_NESTING:
            raise self._error(f"substitutions nested more than {_MAX_NESTING} deep", self._at)
        outer, self._keep_escapes = self._keep_escapes, keep_escapes
        self._nesting += 1
        text = "".join([piece.text for piece in self._pieces(stop, pattern=pattern)])
        self._nesting -= 1
        self._keep_escapes = outer
        self._read_operand = True
        return text

    def _name(self) -> str:
        """Digits, one special parameter, or letters, digits and underscores; empty when none follows."""
        start = self._at
        if self._peek() in _SPECIAL_PARAMETERS:
            self._at += 1
        elif self._peek().isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        else:
            if plain := _PLAIN_NAME.match(self._word, self._at):
                self._at = plain.end()
            while (character := self._peek()) == "_" or character.isalpha() or character.isdecimal():
                self._at += 1
        return self._word[start : self._at]

    def _refer(self, name: str, operator: str | None, start: int) -> None:
        self.references.append(Reference(name, operator, start, self._at))

    def _peek(self) -> str:
        """The character at hand, or an empty string at the end of the word."""
        return self._word[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._peek()
        self._at += len(character)
        return character

    def _unsupported(self, operator: str, start: int) -> WordError:
        return self._error(f"unsupported modifier {operator!r} in a substitution", start)

    def _error(self, reason: str, offset: int) -> WordError:
        return WordError(reason, self._word, offset)
