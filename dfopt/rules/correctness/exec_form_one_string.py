"""The rule `exec-form-one-string`."""

import json
import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Cmd, CommandInstruction, Entrypoint, ExecForm, Healthcheck, Run

_BLANK = re.compile(r"\s")
_PROGRAM = re.compile(r"(?!.*\\)\s*[a-z.]")
_SPECIAL = re.compile(r"[$`'\"\\*?\[\]{}()<>|&;#~=]")


class ExecFormOneString(Rule):
    """The program of an exec form has its arguments in the same string.

    ## What it does

    Reports `["npm start"]`: a first string with a blank in it. A CMD that only has the arguments of an ENTRYPOINT, and
    a name that starts with a capital, as programs with blanks in their names do, are left alone.

    ## Why is this bad

    Each string is one argument. The builder, or the container when it starts, looks for a program whose name is `npm
    start`, with the blank, and fails.

    ## Example

    ```dockerfile
    FROM node:22-slim
    CMD ["npm start"]
    ```

    ```dockerfile
    FROM node:22-slim
    CMD ["npm", "start"]
    ```

    ## Fix safety

    Unsafe: a command that could not be found is found then.
    """

    id = "exec-form-one-string"
    severity = Severity.ERROR
    help = "make each argument a string of its own"
    fix_safety = Safety.UNSAFE
    instructions = (Run, Cmd, Entrypoint, Healthcheck)

    def check_instruction(self, instruction: CommandInstruction | Healthcheck, model: Model) -> Iterator[Finding]:
        form = instruction.command
        if not isinstance(form, ExecForm) or not form.strings:
            return
        program = form.values[0]
        if not _BLANK.search(program.strip()) or not _PROGRAM.match(program) or _is_argument(instruction, model):
            return
        token = form.strings[0]
        text = ", ".join(json.dumps(word, ensure_ascii=False) for word in program.split())
        edits = None if _SPECIAL.search(program) else replace_token(token, text)
        changes = set() if isinstance(instruction, Run) else {Change[instruction.keyword]}
        fix = Fix(Safety.UNSAFE, "split it", edits, frozenset({Change.ONBUILD, *changes})) if edits else None
        yield Finding(token, f"no program is called {program!r}", fix=fix)


def _is_argument(instruction: CommandInstruction | Healthcheck, model: Model) -> bool:
    """Whether it is a CMD that an ENTRYPOINT of the file gets as its arguments."""
    stage = model.stage_of(instruction)
    return isinstance(instruction, Cmd) and stage is not None and bool(stage.config.entrypoint)
