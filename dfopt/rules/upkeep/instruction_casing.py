"""The rule `instruction-casing`."""

from collections.abc import Iterator

from dfopt.model.model import Model, with_triggers
from dfopt.rules.diagnostic import Change, Fix, Safety, Severity
from dfopt.rules.editing import replace_keyword
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Unknown


class InstructionCasing(Rule):
    """The keywords of a file are not all in the same case.

    ## What it does

    Reports keywords in small letters where most are in capitals, and the other way round, and those that mix both.

    ## Why is this bad

    Instructions are found by their keywords; one that looks like an argument is overlooked.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    Run apt-get update
    CMD ["bash"]
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update
    CMD ["bash"]
    ```

    ## Fix safety

    Safe: the builder reads keywords without regard to case.
    """

    id = "instruction-casing"
    aliases = ("ConsistentInstructionCasing",)
    severity = Severity.HINT
    help = "write all keywords in capitals, or all in small letters"
    fix_safety = Safety.SAFE

    def check_file(self, model: Model) -> Iterator[Finding]:
        if all(each.head.text.isupper() for each in with_triggers(model.tree.instructions)):
            return
        heads = [each.head for each in with_triggers(model.tree.instructions) if not isinstance(each, Unknown)]
        words = [head.value.strip() for head in heads]
        upper = sum(word.isupper() for word in words)
        if upper == len(words):
            return
        style, case = ("small letters", str.lower) if sum(map(str.islower, words)) > upper else ("capitals", str.upper)
        for instruction in with_triggers(model.tree.instructions):
            word = instruction.head.value.strip()
            if isinstance(instruction, Unknown) or word == case(word):
                continue
            edits = replace_keyword(instruction, case(word))
            fix = Fix(Safety.SAFE, f"write {case(word)}", edits, frozenset({Change.ONBUILD})) if edits else None
            yield Finding(instruction.head, f"{word} is not in {style} as most keywords of the file", fix=fix)
