"""The rule `expose-host-port`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.ports import port_specifications
from dfopt.syntax.nodes import Expose


class ExposeHostPort(Rule):
    """EXPOSE has an address or a port of the host.

    ## What it does

    Reports `EXPOSE 8080:80` and `EXPOSE 127.0.0.1:8080:80`.

    ## Why is this bad

    An image can't say which port of the host it is to have; the builder drops that part, and will refuse it in a later
    release. `docker run --publish` is where it belongs.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 8080:80
    ```

    ```dockerfile
    FROM debian:12-slim
    EXPOSE 80
    ```

    ## Fix safety

    Safe: the image gets the same port, for the builder drops the rest by itself.
    """

    id = "expose-host-port"
    aliases = ("ExposeInvalidFormat",)
    help = "name the port of the container alone"
    fix_safety = Safety.SAFE
    instructions = (Expose,)

    def check_instruction(self, instruction: Expose, model: Model) -> Iterator[Finding]:
        for port in port_specifications(instruction, model):
            if not port.host:
                continue
            fixed = port.text.rpartition(":")[2]
            edits = replace_token(port.word, fixed) if port.word.text == port.text and port.port else None
            declares = frozenset({Change.EXPOSE, Change.ONBUILD})
            fix = Fix(Safety.SAFE, f"write {fixed}", edits, declares) if edits else None
            yield Finding(port.word, f"{port.text} names {port.host} of the host, which is dropped", fix=fix)
