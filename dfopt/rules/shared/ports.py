"""The ports of EXPOSE, taken apart as the builder does (``convert_expose.go`` of BuildKit)."""

from collections.abc import Iterator
from typing import NamedTuple

from dfopt.model.model import Model
from dfopt.syntax.nodes import Expose, Token


class PortSpecification(NamedTuple):
    """`[[address:]host port:]port[/protocol]`: `text` is all of it, expanded, and `word` where it stands."""

    word: Token
    text: str
    host: str
    port: str
    protocol: str


def port_specifications(instruction: Expose, model: Model) -> Iterator[PortSpecification]:
    """Each port of an EXPOSE; those with a variable whose value is not known are left out."""
    for word in instruction.words:
        expanded = model.expand(word.value, instruction)
        for text in expanded.split() if "$" not in expanded else ():
            host, _, rest = text.rpartition(":")
            port, _, protocol = rest.partition("/")
            yield PortSpecification(word, text, host, port, protocol)
