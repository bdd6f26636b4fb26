"""What the words of a shell become, as far as variables are known."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", re.ASCII)
_BRACES = re.compile(r"(?<!\$)\{([^{}\s]*,[^{}\s]*)\}")
_MAX_ALTERNATIVES = 100


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """The text with `$name` and `${name}` put in where the value is known; all else stays as written."""
    if "$" not in text:
        return text
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], match[0]), text)


def alternatives(text: str) -> list[str]:
    """What `{a,b}` stands for in bash, the outermost braces last; the text itself where there are none."""
    found = [text]
    while len(found) <= _MAX_ALTERNATIVES and (braces := _BRACES.search(found[0])):
        pattern = braces[0]
        found = [each.replace(pattern, part, 1) for each in found for part in braces[1].split(",")]
    return found
