"""The package names that Dockerfiles install with apt.

    python bench/catalogue/install_words.py FOLDER...

prints each with how often it is named, and how much of them the catalogue knows.
"""

import re
import sys
from collections import Counter
from pathlib import Path

_CONTINUATION = re.compile(r"\\[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*")
_INSTALL = re.compile(r"\b(?:apt-get|apt|aptitude)\b(?:[ \t]+[^\s;&|]+){0,9}?[ \t]+install\b([^;&|\n>]*)")
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")


def install_words(folder: Path) -> Counter[str]:
    """Package names to how many times a folder's files install them; variables and options are left out."""
    words: Counter[str] = Counter()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            script = _CONTINUATION.sub(" ", path.read_text(errors="replace"))
            for match in _INSTALL.finditer(script):
                words.update(_names(match[1]))
    return words


def _names(arguments: str) -> list[str]:
    """Names without version, release and architecture; ``name-`` (remove) and files are none."""
    bare = [re.split(r"[=/:]", word.strip("\"'"))[0] for word in arguments.split() if not word.startswith(("-", "."))]
    return [name for name in bare if _NAME.fullmatch(name) and not name.endswith(("-", ".deb"))]


def main(*folders: str) -> None:
    from dfopt.knowledge import packages

    words: Counter[str] = sum((install_words(Path(folder)) for folder in folders), Counter())
    for suite in packages.suites():
        known = Counter({word: count for word, count in words.items() if packages.is_known(suite, word)})
        replaced = Counter({word: count for word, count in words.items() if packages.successor(suite, word)})
        others = words - known - replaced
        shares = [f"{part.total() / words.total():.1%}" for part in (known, replaced)]
        print(
            f"{suite}: of {words.total()} install words {shares[0]} known, {shares[1]} by a successor; of the others:"
        )
        print("   ", ", ".join(f"{word} {count}" for word, count in others.most_common(60)))


if __name__ == "__main__":
    main(*sys.argv[1:])
