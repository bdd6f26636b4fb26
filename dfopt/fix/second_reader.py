"""The instructions of a file as the library dockerfile-parse reads them: a second opinion on what a fix wrote.

The library does not know here-documents, so it does not get to see them.
"""

import io

from dfopt.syntax.nodes import Dockerfile


def keywords(tree: Dockerfile) -> list[str]:
    """The keywords of all instructions in capitals, in the order of the file."""
    from dockerfile_parse import DockerfileParser

    parser = DockerfileParser(fileobj=io.BytesIO(_without_heredocs(tree)))
    return [each["instruction"] for each in parser.structure if each["instruction"] != "COMMENT"]


def _without_heredocs(tree: Dockerfile) -> bytes:
    if not any(instruction.heredocs for instruction in tree.instructions):
        return tree.bytes
    plain = [instruction.with_changes(heredocs=()) for instruction in tree.instructions]
    return tree.with_changes(instructions=tuple(plain)).bytes
