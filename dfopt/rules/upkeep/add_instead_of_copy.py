"""The rule `add-instead-of-copy`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import replace_keyword
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Add

_ARCHIVES = (".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".tlz", ".gz", ".bz2", ".xz", ".zst", ".lzma", ".z")
_ONLY_ADD_HAS = ("checksum", "keep-git-dir", "unpack")


class AddInsteadOfCopy(Rule):
    """ADD is used where COPY does the same.

    ## What it does

    Reports each ADD whose sources are files and folders of the build context and no archives. An ADD that fetches an
    address, unpacks an archive or has a flag that COPY lacks is right, and so is one whose source may be an archive:
    one with a variable, or with a pattern that leaves the ending open.

    ## Why is this bad

    ADD guesses by content: the day a source becomes a tar archive it is unpacked, and a source that looks like an
    address is fetched. COPY says what is meant and does nothing else.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ADD app.conf /etc/app/
    ```

    ```dockerfile
    FROM debian:12-slim
    COPY app.conf /etc/app/
    ```

    ## Fix safety

    Safe: for what is no archive, both instructions put the same files in the same places with the same owner, mode and
    times. Only the keyword changes.
    """

    id = "add-instead-of-copy"
    aliases = ("DL3020",)
    help = "use COPY, and keep ADD for addresses and for archives that are to be unpacked"
    fix_safety = Safety.SAFE
    instructions = (Add,)

    def check_instruction(self, instruction: Add, model: Model) -> Iterator[Finding]:
        if any(instruction.flag(name) for name in _ONLY_ADD_HAS):
            return
        sources = [model.expand(source, instruction) for source in instruction.sources]
        if not sources or not all(_is_plain(source) for source in sources):
            return
        edits = replace_keyword(instruction, "COPY" if instruction.head.text.isupper() else "copy")
        fix = Fix(Safety.SAFE, "use COPY", edits, frozenset({Change.INSTRUCTIONS})) if edits else None
        yield Finding(instruction, f"ADD copies {' and '.join(sources)} as COPY would", fix=fix)


def _is_plain(source: str) -> bool:
    """Whether a source is a file or folder of the context that is certainly no archive."""
    if "$" in source or "://" in source or source.startswith(("git@", "<<")):
        return False
    name = source.rstrip("/").rpartition("/")[2].lower()
    return not name.endswith(_ARCHIVES) and not name.endswith(("*", "?", "]"))
