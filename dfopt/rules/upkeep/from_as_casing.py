"""The rule `from-as-casing`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import From


class FromAsCasing(Rule):
    """`FROM` and its `as` are written in different case.

    ## What it does

    Reports `FROM … as NAME` and `from … AS NAME`. A FROM that itself mixes capitals and small letters is left to
    `instruction-casing`.

    ## Why is this bad

    Keywords that look alike are read at a glance; this one hides among the names.

    ## Example

    ```dockerfile
    FROM golang:1.24 as build
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    ```

    ## Fix safety

    Safe: the builder reads keywords without regard to case.
    """

    id = "from-as-casing"
    aliases = ("FromAsCasing",)
    severity = Severity.HINT
    help = "write both keywords in the same case"
    fix_safety = Safety.SAFE
    instructions = (From,)

    def check_instruction(self, instruction: From, model: Model) -> Iterator[Finding]:
        keyword, token = instruction.head.value.strip(), instruction.as_
        if token is None or not (keyword.isupper() or keyword.islower()):
            return
        wanted = token.value.upper() if keyword.isupper() else token.value.lower()
        if token.value != wanted:
            edits = replace_token(token, wanted)
            fix = Fix(Safety.SAFE, f"write {wanted}", edits) if edits else None
            yield Finding(token, f"{token.value} is not in the case of {keyword}", fix=fix)
