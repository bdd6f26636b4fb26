"""The shell patterns of `${x#…}`, `${x%…}` and `${x/…/…}`: `*`, `?` and backslash, no brackets.

BuildKit translates such a pattern to a regular expression of Go; what it accepts and which match it takes are
the same here. A star never crosses a line end.
"""

import re

_ESCAPABLE = frozenset("*?\\}/")
_UNIT = re.compile(r"\\?.", re.DOTALL)
_GROUP_REFERENCE = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))")


def remove_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """The value without the shortest or longest prefix that matches; raises ValueError for a bad escape."""
    match = _compile(pattern, longest=longest).match(value)
    return value[match.end() :] if match else value


def remove_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """The value without the shortest or longest suffix that matches; raises ValueError for a bad escape."""
    backwards = "".join(reversed(_UNIT.findall(pattern)))
    return remove_prefix(value[::-1], backwards, longest=longest)[::-1]


def replace_first(value: str, pattern: str, replacement: str) -> str:
    """The value with the leftmost longest match replaced; raises ValueError for a bad escape."""
    match = _compile(pattern, longest=True).search(value)
    return value[: match.start()] + replacement + value[match.end() :] if match else value


def replace_all(value: str, pattern: str, replacement: str) -> str:
    """The value with every match replaced; raises ValueError for a bad escape.

    The replacement is a template of Go's regexp package, as it is in BuildKit: `$0` is the match, other
    names are empty, `$$` is a dollar sign. An empty match right after another match is not replaced.
    """
    previous_end = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal previous_end
        repeated = match.end() == previous_end and match.start() > 0
        previous_end = match.end()
        return "" if repeated else _fill(replacement, match[0])

    return _compile(pattern, longest=True).sub(replace, value)


def _fill(template: str, matched: str) -> str:
    def substitute(reference: re.Match[str]) -> str:
        dollar, braced, plain = reference.groups()
        return "$" if dollar else matched if "0" in (braced, plain) else ""

    return _GROUP_REFERENCE.sub(substitute, template)


def _compile(pattern: str, *, longest: bool) -> re.Pattern[str]:
    """Every part between two stars stands at its earliest place, so that no star backtracks into another."""
    first, *rest = _segments(pattern)
    last = [f".*{rest.pop()}"] if rest and longest else []
    return re.compile("".join([first, *(f"(?>.*?{segment})" for segment in rest), *last]))


def _segments(pattern: str) -> list[str]:
    """The parts between the stars, as regular expressions."""
    segments = [""]
    characters = iter(pattern)
    for character in characters:
        if character == "*":
            segments.append("")
            continue
        if character == "?":
            segments[-1] += "."
            continue
        if character == "\\":
            character = next(characters, "")
            if character not in _ESCAPABLE:
                raise ValueError(f"invalid escape '\\{character}'")
        segments[-1] += re.escape(character)
    return segments
