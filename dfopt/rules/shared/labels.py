"""Labels and the form that their values must have."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from dfopt.model.model import Model
from dfopt.rules.rule import Finding
from dfopt.syntax.nodes import Label, Setting


class LabelValue(NamedTuple):
    """A label that an instruction sets; name and value are expanded."""

    setting: Setting
    name: str
    value: str


def label_values(instruction: Label, model: Model) -> Iterator[LabelValue]:
    """The labels of a LABEL; those with a variable whose value is not known are left out."""
    for setting in instruction.settings:
        name = model.expand(setting.name.value, instruction)
        value = model.expand(setting.value.value, instruction) if setting.value else ""
        if "$" not in name and "$" not in value:
            yield LabelValue(setting, name, value)


def malformed(
    instruction: Label, names: Collection[str], model: Model, is_valid: Callable[[str], bool], form: str
) -> Iterator[Finding]:
    """A finding for each of the labels called so whose value is not of the form."""
    if not names:
        return
    for label in label_values(instruction, model):
        if label.name in names and not is_valid(label.value):
            yield Finding(label.setting, f"{label.name} is {label.value or 'empty'}, which is no {form}")
