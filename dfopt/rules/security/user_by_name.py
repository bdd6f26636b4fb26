"""The rule `user-by-name`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.chains import Edits, insert_word_after
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import replace_token
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.distributions import family
from dfopt.syntax.nodes import User

_MAKERS = ("adduser", "useradd")
_NUMBER = "10001"
_NUMBERS = {
    ("node", "node"): "1000",
    **{(family, "nobody"): "65534" for family in ("alpine", "debian", "ubuntu")},
    **{(family, "www-data"): "33" for family in ("debian", "ubuntu")},
    ("alpine", "www-data"): "82",
}
"""The numbers of users that images, or all images of a distribution, have from the start."""


class UserByName(Rule):
    """The image says by name, not by number, as whom its program runs.

    ## What it does

    Reports the USER that is in force at the end of the final image where it is a name other than root. A USER of
    another stage, or one that a later USER replaces, is seen by nobody, and one that is a variable may be a number.

    ## Why is this bad

    Only what is inside the image can tell the number of a name. Kubernetes refuses to start a name under
    `runAsNonRoot`, as the name might stand for root, and files of volumes have numbers only.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --uid 10001 app
    USER app
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN useradd --uid 10001 app
    USER 10001
    ```

    ## Fix safety

    Unsafe: the image states another USER, though it is the same user where the file gives it a number, or where its
    base is known to. A user that gets none in the file gets 10001, and so no longer the one that it had by chance;
    volumes that have files of the old number must be given to the new one.
    """

    id = "user-by-name"
    aliases = ("DL3066",)
    severity = Severity.INFO
    help = "give the user a number, `useradd --uid 10001`, and name that: USER 10001"
    fix_safety = Safety.UNSAFE
    instructions = (User,)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        user = final.config.user if final else None
        if final is None or not user or "$" in user or final.is_windows:
            return
        name = user.partition(":")[0]
        if not name.isdecimal() and name != "root":
            last = next(each.instructions_of(User)[-1] for each in final.lineage if each.instructions_of(User))
            yield Finding(
                last, f"what number the user {name} has is not told by the image", fix=_fix(last, name, final)
            )


def _fix(instruction: User, name: str, stage: Stage) -> Fix | None:
    """Name the number, and give the user one where nothing does; None where a group stands behind the name."""
    if instruction.argument.text != name:
        return None
    made_by = [each for step in stage.lineage for each in step.commands if _makes(each, name)]
    if len(made_by) > 1 or any(each.is_conditional or each.script is None for each in made_by):
        return None
    number, edits = _number(made_by[0]) if made_by else (_known_number(name, stage), ())
    named = replace_token(instruction.argument, number) if number else None
    if number is None or named is None:
        return None
    return Fix(Safety.UNSAFE, f"name the number {number}", (*edits, *named), frozenset({Change.USER}))


def _makes(command: Invocation, name: str) -> bool:
    """Whether a command makes a user; `adduser USER GROUP` only puts one into a group."""
    names = {word.value for word in command.operands}
    return command.program in _MAKERS and name in names and (command.program == "useradd" or len(names) == 1)


def _number(command: Invocation) -> tuple[str | None, Edits]:
    """The number that a command gives its user, and what makes it do so."""
    stated = command.option_value("-u", "--uid")
    if stated:
        return (stated.value, ()) if stated.value.isdecimal() else (None, ())
    option = "-u" if command.program == "adduser" and family(command.stage) == "alpine" else "--uid"
    return _NUMBER, insert_word_after(command, command.words[0], f"{option} {_NUMBER}")


def _known_number(name: str, stage: Stage) -> str | None:
    base = base_of(stage)
    if base is None:
        return None
    return _NUMBERS.get((base.image, name)) or _NUMBERS.get((base.family or "", name))
