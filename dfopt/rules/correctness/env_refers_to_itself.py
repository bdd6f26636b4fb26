"""The rule `env-refers-to-itself`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import Edits
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.edits import Edit
from dfopt.syntax.nodes import Env, Onbuild, Setting
from dfopt.syntax.words import references


class EnvRefersToItself(Rule):
    """A value of ENV uses a variable that the same ENV sets.

    ## What it does

    Reports ENV with a value that refers to another variable of the same instruction. A variable that extends its own
    value (`PATH=/opt/bin:$PATH`) is fine.

    ## Why is this bad

    All values of one instruction are computed with the variables in front of it: what is used is the old value, mostly
    none.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    ENV APP=/opt/app PATH=$APP/bin:$PATH
    ```

    ```dockerfile
    FROM debian:12-slim
    ENV APP=/opt/app
    ENV PATH=$APP/bin:$PATH
    ```

    ## Fix safety

    Unsafe: the instruction is split in front of the value, which then is another one, the one that was meant.
    """

    id = "env-refers-to-itself"
    aliases = ("DL3044",)
    severity = Severity.ERROR
    help = "set the variables one uses in an ENV of their own, above"
    fix_safety = Safety.UNSAFE
    instructions = (Env,)

    def check_instruction(self, instruction: Env, model: Model) -> Iterator[Finding]:
        if len(instruction.settings) < 2:
            return
        set_above = model.config_at(instruction).variables
        names = [setting.name.value.strip("\"'") for setting in instruction.settings]
        for index, setting in enumerate(instruction.settings):
            used = _used(setting, model.escape) - {names[index]}
            if not used.isdisjoint(names):
                name = next(each for each in names if each in used)
                edits = _split(instruction, setting, model) if name in names[:index] else None
                declares = frozenset({Change.INSTRUCTIONS, Change.ENV})
                fix = Fix(Safety.UNSAFE, "split the ENV", edits, declares) if edits else None
                value = "the value it had before" if name in set_above else "nothing"
                yield Finding(setting, f"${name} stands for {value} in the ENV that sets it", fix=fix)


def _used(setting: Setting, escape: str) -> set[str]:
    if setting.value is None or "$" not in setting.value.text:
        return set()
    return {reference.name for reference in references(setting.value.value, escape)}


def _split(instruction: Env, setting: Setting, model: Model) -> Edits | None:
    """A new ENV in front of a setting, in place of the blanks and the continuation that are there."""
    prefix = setting.name.prefix
    is_trigger = any(isinstance(each, Onbuild) and each.trigger is instruction for each in model.tree.instructions)
    if is_trigger or setting.name.comments or not prefix:
        return None
    start = setting.name.span.start.offset
    indent = instruction.head.prefix.rpartition("\n")[2]
    feed = "\r\n" if b"\r\n" in model.data else "\n"
    return (Edit(start - len(prefix.encode()), start, f"{feed}{indent}{instruction.head.text} "),)
