"""The rule `expose-protocol-casing`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.ports import port_specifications
from dfopt.syntax.nodes import Expose


class ExposeProtocolCasing(Rule):
    """EXPOSE has a protocol in capitals.

    ## What it does

    Reports `EXPOSE 80/TCP`.

    ## Why is this bad

    The image has `80/tcp` all the same. Tools that compare texts don't find the one by the other.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 53/UDP
    ```

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 53/udp
    ```

    ## Fix safety

    Safe: the builder writes the protocol in small letters into the image anyway.
    """

    id = "expose-protocol-casing"
    aliases = ("ExposeProtoCasing",)
    severity = Severity.HINT
    help = "write the protocol in small letters"
    fix_safety = Safety.SAFE
    instructions = (Expose,)

    def check_instruction(self, instruction: Expose, model: Model) -> Iterator[Finding]:
        for port in port_specifications(instruction, model):
            if port.protocol == port.protocol.lower():
                continue
            fixed = f"{port.text[: -len(port.protocol)]}{port.protocol.lower()}"
            edits = replace_token(port.word, fixed) if port.word.text == port.text else None
            fix = Fix(Safety.SAFE, f"write {fixed}", edits, frozenset({Change.ONBUILD})) if edits else None
            yield Finding(port.word, f"{port.text} has its protocol in capitals", fix=fix)
