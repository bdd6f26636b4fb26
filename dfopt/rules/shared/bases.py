"""What is known of the images that stages stand on."""

from functools import lru_cache
from typing import TYPE_CHECKING

from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Instruction

if TYPE_CHECKING:
    from dfopt.knowledge.bases import Base


@lru_cache(1024)
def identified(reference: str) -> "Base | None":
    """The base that a reference names, looked up once for all rules; None where it is not known."""
    from dfopt.knowledge.bases import identify

    return identify(reference)


def base_of(stage: Stage) -> "Base | None":
    """The base below a stage and the local stages it is built on; None where it is not known."""
    return identified(stage.root_base) if stage.root_base else None


def folder_at(stage: Stage, instruction: Instruction) -> str | None:
    """The folder that an instruction finds: by WORKDIR, or else as the base image has it; None where not known."""
    folder = stage.config_at(instruction).workdir
    if folder is not None:
        return folder
    base = base_of(stage)
    if base is None or not stage.root_base:
        return None
    return base.workdir or _stated_folder(stage.root_base)


@lru_cache(1024)
def _stated_folder(reference: str) -> str | None:
    """The folder that the Dockerfile of a well-known image sets."""
    from dfopt.knowledge.configs import image_facts

    facts = image_facts(reference)
    return facts.workdir if facts else None
