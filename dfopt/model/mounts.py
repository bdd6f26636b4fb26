"""The mounts of a RUN."""

from typing import TYPE_CHECKING

from dfopt.frozen import frozen
from dfopt.model.paths import join_path
from dfopt.syntax.nodes import Flag, Run

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen()
class Mount:
    """One `--mount` of a RUN, with the defaults of BuildKit; words are expanded as far as they are known.

    `type` is `bind`, `cache`, `tmpfs`, `secret` or `ssh`, or what else stands there. `target` is absolute, or None for
    a secret or an agent without one. What is under a mount is not in the layer.
    """

    type: str
    target: str | None
    source: str | None
    from_: str | None
    id: str | None
    sharing: str | None
    readonly: bool
    required: bool
    env: str | None
    options: dict[str, str]
    flag: Flag

    @property
    def keeps_out_of_layer(self) -> bool:
        """Whether what is written under it never reaches the image: so for every type that is a folder."""
        return self.type in ("bind", "cache", "tmpfs") and self.target is not None


def read_mounts(instruction: Run, expand: "Callable[[str], str]", workdir: str | None) -> tuple[Mount, ...]:
    """The mounts of a RUN in their order; `expand` expands a word, relative targets are below `workdir`."""
    return tuple([_mount(flag, expand, workdir) for flag in instruction.flags if flag.name == "mount" and flag.value])


_ALIASES = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly", "rw": "readwrite"}


def _mount(flag: Flag, expand: "Callable[[str], str]", workdir: str | None) -> Mount:
    options: dict[str, str] = {}
    for field in _fields(flag.value or ""):
        key, equals, value = field.partition("=")
        key = key.strip().lower()
        options[_ALIASES.get(key, key)] = expand(value) if equals else "true"
    kind = options.get("type", "bind").lower()
    target = options.get("target")
    if target is None and kind == "bind":
        target = "/"
    return Mount(
        type=kind,
        target=join_path(workdir, target) if target is not None else _secret_target(kind, options),
        source=options.get("source"),
        from_=options.get("from"),
        id=options.get("id"),
        sharing=options.get("sharing"),
        readonly=_is_readonly(kind, options),
        required=options.get("required", "").lower() in _TRUE,
        env=options.get("env"),
        options=options,
        flag=flag,
    )


_TRUE = ("1", "t", "true")


def _is_readonly(kind: str, options: dict[str, str]) -> bool:
    if "readonly" in options:
        return options["readonly"].lower() in _TRUE
    if "readwrite" in options:
        return options["readwrite"].lower() not in _TRUE
    return kind not in ("cache", "tmpfs")


def _secret_target(kind: str, options: dict[str, str]) -> str | None:
    name = options.get("id") or options.get("source")
    if kind != "secret" or not name or "env" in options:
        return None
    return f"/run/secrets/{name.rpartition('/')[2]}"


def _fields(value: str) -> list[str]:
    if '"' not in value:
        return value.split(",")
    import csv

    try:
        return next(csv.reader([value]), [])
    except csv.Error:
        return value.split(",")
