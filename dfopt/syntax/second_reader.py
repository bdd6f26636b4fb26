"""The instructions of a file as the library dockerfile-parse reads them: a second opinion on what was written.

The library knows neither here-documents nor bytes that are not UTF-8, so it does not get to see them.
"""

import io

from dfopt.syntax.nodes import Dockerfile


def keywords(tree: Dockerfile) -> list[str]:
    """The keywords of all instructions in capitals, in the order of the file."""
    from dockerfile_parse import DockerfileParser

    parser = DockerfileParser(fileobj=io.BytesIO(_plain(tree)))
    return [each["instruction"] for each in parser.structure if each["instruction"] != "COMMENT"]


def _plain(tree: Dockerfile) -> bytes:
    if any(instruction.heredocs for instruction in tree.instructions):
        plain = [instruction.with_changes(heredocs=()) for instruction in tree.instructions]
        tree = tree.with_changes(instructions=tuple(plain))
    return tree.code.encode("utf-8", "replace")
