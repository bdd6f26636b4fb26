"""The rule `copied-archive-unpacked`."""

from collections.abc import Iterator

from dfopt.model.copies import CopyFacts, Source, SourceKind
from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Copy

_EXTRACTING = ("-x", "--extract", "--get")
_BEYOND_ADD = (
    "--strip-components",
    "--strip",
    "--exclude",
    "--wildcards",
    "--transform",
    "--xform",
    "--one-top-level",
    "-T",
    "--files-from",
    "-O",
    "--to-stdout",
)


class CopiedArchiveUnpacked(Rule):
    """An archive of the build context is copied and then unpacked.

    ## What it does

    Reports COPY of a tar archive that a RUN of the same stage unpacks whole. Archives of other kinds, which ADD does
    not unpack, are left alone, and so are those of which tar takes a part, or strips folders off.

    ## Why is this bad

    The archive stays in its layer beside what was in it, even if a later RUN removes it. ADD unpacks it on the way in.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    COPY app.tar.gz /tmp/
    RUN tar -xzf /tmp/app.tar.gz -C /opt
    ```

    ```dockerfile
    FROM debian:12-slim
    ADD app.tar.gz /opt/
    ```
    """

    id = "copied-archive-unpacked"
    aliases = ("DL3010",)
    severity = Severity.INFO
    help = "use ADD, which unpacks tar archives of the context, or mount the archive: RUN --mount=type=bind"
    commands = ("tar",)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not any(_extracts_all(command) for command in stage.commands if command.program == "tar"):
            return
        for copy in stage.copies:
            if isinstance(copy.instruction, Copy) and copy.from_ is None and not copy.is_trigger:
                for source in copy.sources:
                    if _is_archive(source, copy) and _is_unpacked(_name_in_image(source, copy), copy):
                        yield Finding(source.word, f"{source.text} is copied, and then unpacked by tar")


def _extracts_all(command: Invocation) -> bool:
    first = command.arguments[0].value if command.arguments else ""
    extracts = command.has_option(*_EXTRACTING) or (first[:1].isalpha() and "x" in first)
    return extracts and not command.has_option(*_BEYOND_ADD)


def _is_archive(source: Source, copy: CopyFacts) -> bool:
    return source.kind is SourceKind.CONTEXT and (source.is_archive or copy.destination.endswith((".tar", ".tar.gz")))


def _name_in_image(source: Source, copy: CopyFacts) -> str:
    name = copy.destination.rpartition("/")[2]
    return name if name.endswith((".tar", ".gz", ".tgz", ".bz2", ".xz")) and not copy.into_folder else source.name


def _is_unpacked(name: str, copy: CopyFacts) -> bool:
    """Whether a tar of a later RUN unpacks a file of that name, as far as one can tell from the name."""
    at = copy.instruction.span.end.offset
    return any(
        command.start > at and _extracts_all(command) and _names(command, name)
        for command in copy.stage.commands
        if command.program == "tar"
    )


def _names(command: Invocation, name: str) -> bool:
    words = [command.value(word) for word in command.arguments]
    return any(word.rpartition("/")[2].rpartition("=")[2] == name for word in words)
