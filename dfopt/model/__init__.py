"""What a Dockerfile means: the facts that rules, fixes and slimming are written against.

`Model(parse(data))` is where everything starts; docs/model.md tells which fact is where. All of it is computed when it
is first asked for, and is read-only.
"""

from typing import TYPE_CHECKING

from dfopt.lazy import names_of

if TYPE_CHECKING:
    from dfopt.model.config import Config, Healthcheck
    from dfopt.model.context import Context
    from dfopt.model.copies import CopyFacts, Source, SourceKind
    from dfopt.model.effects import Effect, EffectKind, Rewrite
    from dfopt.model.invocations import Invocation
    from dfopt.model.managers import PackageAction
    from dfopt.model.model import Model
    from dfopt.model.mounts import Mount
    from dfopt.model.packages import Package, PackageCommand
    from dfopt.model.paths import is_below, is_exact, join_path
    from dfopt.model.runs import RunFacts
    from dfopt.model.scopes import DEFAULT_PATH, PLATFORM_ARGS, PREDEFINED_ARGS, expand_known, is_resolved
    from dfopt.model.stages import Stage

__all__ = [
    "DEFAULT_PATH",
    "PLATFORM_ARGS",
    "PREDEFINED_ARGS",
    "Config",
    "Context",
    "CopyFacts",
    "Effect",
    "EffectKind",
    "Healthcheck",
    "Invocation",
    "Model",
    "Mount",
    "Package",
    "PackageAction",
    "PackageCommand",
    "Rewrite",
    "RunFacts",
    "Source",
    "SourceKind",
    "Stage",
    "expand_known",
    "is_below",
    "is_exact",
    "is_resolved",
    "join_path",
]

__getattr__ = names_of(
    __name__,
    {
        "config": "Config Healthcheck",
        "context": "Context",
        "copies": "CopyFacts Source SourceKind",
        "effects": "Effect EffectKind Rewrite",
        "invocations": "Invocation",
        "managers": "PackageAction",
        "model": "Model",
        "mounts": "Mount",
        "packages": "Package PackageCommand",
        "paths": "is_below is_exact join_path",
        "runs": "RunFacts",
        "scopes": "DEFAULT_PATH PLATFORM_ARGS PREDEFINED_ARGS expand_known is_resolved",
        "stages": "Stage",
    },
)
