"""The rule `description-names-another`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.editing import Edits, line_end
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Arg, From


class DescriptionNamesAnother(Rule):
    """The comment above a stage or an argument does not start with its name.

    ## What it does

    Reports the last line of a comment that stands directly on `FROM … AS NAME` or `ARG NAME` and does not start with
    `NAME`. It is off unless selected, as most files have such comments and mean no description by them.

    ## Why is this bad

    `docker build --call=outline` shows that line as the description of the stage or argument, if it starts with the
    name.

    ## Example

    ```dockerfile
    # The compiler
    FROM golang:1.24 AS build
    ```

    ```dockerfile
    # build compiles the program
    FROM golang:1.24 AS build
    ```

    ## Fix safety

    Safe: an empty line is put below the comment, so that it is none of the instruction's any more.
    """

    id = "description-names-another"
    aliases = ("InvalidDefinitionDescription",)
    severity = Severity.HINT
    default = False
    help = "start the comment with the name, or put an empty line below it"
    fix_safety = Safety.SAFE
    instructions = (From, Arg)

    def check_instruction(self, instruction: From | Arg, model: Model) -> Iterator[Finding]:
        if isinstance(instruction, From):
            names = [instruction.stage.value] if instruction.stage else []
        else:
            names = [setting.name.value for setting in instruction.settings]
        lines = instruction.head.prefix.split("\n")
        comment = lines[-2].strip() if len(lines) > 1 else ""
        if names and comment.startswith("#") and comment.strip("# \t").partition(" ")[0] not in names:
            fix = Fix(Safety.SAFE, "put an empty line below the comment", _separated(instruction, model))
            yield Finding(instruction.head, f"the comment above does not start with {' or '.join(names)}", fix=fix)


def _separated(instruction: From | Arg, model: Model) -> Edits:
    indent = instruction.head.prefix.rpartition("\n")[2]
    at = instruction.head.span.start.offset - len(indent.encode("utf-8", "surrogateescape"))
    return (Edit(at, at, line_end(model.tree)),)
