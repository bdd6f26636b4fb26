"""The rule `exec-form-not-json`."""

import json
import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Cmd, CommandInstruction, Entrypoint, Healthcheck, Run, ShellForm

_ARRAY = re.compile(r"\[.*\]\s*", re.DOTALL)
_ARRAY_OF_RUN = re.compile(r"\[['\"\u201c\u2018].*\]\s*", re.DOTALL)
_STRING = r"(?:'[^'\"\\]*'|\"[^'\"\\]*\"|\u201c[^\u201d\"\\]*\u201d|\u2018[^\u2019\"\\]*\u2019)"
_LIST = re.compile(rf"\[\s*{_STRING}\s*(?:,\s*{_STRING}\s*)*,?\s*\]\s*")


class ExecFormNotJson(Rule):
    """What looks like an exec form is none, and a shell gets it.

    ## What it does

    Reports RUN, CMD, ENTRYPOINT and HEALTHCHECK whose text is in square brackets and no JSON: single quotes, quotes of
    a word processor, no quotes, a comma too many.

    ## Why is this bad

    The builder takes for a script what is no JSON, without a word. The shell then looks for a program called `[` or
    `[python,`, and the container does not start.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    CMD ['python', 'app.py']
    ```

    ```dockerfile
    FROM python:3.13-slim
    CMD ["python", "app.py"]
    ```

    ## Fix safety

    Unsafe: the image starts a program then, where it failed before.
    """

    id = "exec-form-not-json"
    severity = Severity.ERROR
    help = "write a JSON array: double quotes around each string, commas between them, none at the end"
    fix_safety = Safety.UNSAFE
    instructions = (Run, Cmd, Entrypoint, Healthcheck)

    def check_instruction(self, instruction: CommandInstruction | Healthcheck, model: Model) -> Iterator[Finding]:
        form = instruction.command
        if not isinstance(form, ShellForm) or not form.script.text.startswith("["):
            return
        text = form.script.value
        if not (_ARRAY_OF_RUN if isinstance(instruction, Run) else _ARRAY).fullmatch(text):
            return
        edits = replace_token(form.script, _as_json(text)) if _LIST.fullmatch(text) else None
        changes = {Change.ONBUILD} if isinstance(instruction, Run) else {Change[instruction.keyword]}
        fix = Fix(Safety.UNSAFE, "write it as JSON", edits, frozenset(changes)) if edits else None
        message = f"{instruction.keyword} has no JSON array but a script that starts with a bracket"
        yield Finding(form.script, message, fix=fix, aliases=() if isinstance(instruction, Run) else ("DL3025",))


def _as_json(text: str) -> str:
    strings = [match[0][1:-1] for match in re.finditer(_STRING, text)]
    return json.dumps(strings, ensure_ascii=False)
