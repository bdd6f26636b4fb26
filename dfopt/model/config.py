"""The effective configuration of a stage: what its image would say if the build stopped at some instruction."""

from collections.abc import Mapping
from dataclasses import field

from dfopt.frozen import frozen
from dfopt.model.scopes import AllBut, expand_known, is_resolved

DEFAULT_SHELL = ("/bin/sh", "-c")
DEFAULT_WINDOWS_SHELL = ("cmd", "/S", "/C")


@frozen()
class Healthcheck:
    """HEALTHCHECK: `test` is `("NONE",)`, `("CMD-SHELL", script)` or `("CMD", program, …)`; `options` are its flags."""

    test: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)


@frozen()
class Config:
    """What the instructions up to a point set, those of the local stages below included.

    A field is None (a mapping or tuple of names: lacks an entry) where this file sets nothing and the external base
    decides; `complete` says that there is no such base (`FROM scratch`), and then None is Docker's default. Values are
    expanded; a variable whose value is not known before the build stays in them as written (`/opt/$NAME`).
    """

    complete: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    """What ENV set, in the order of the image's configuration."""
    args: Mapping[str, str | None] = field(default_factory=dict)
    """The arguments in scope; None where an ARG has no value without a `--build-arg`."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """ENV and ARG together, as words are expanded and as RUN gets them; the later one wins."""
    user: str | None = None
    workdir: str | None = None
    """Absolute, or relative to the external base's own."""
    shell: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    """With the shell in front where it has shell form; `()` where it was taken away."""
    cmd: tuple[str, ...] | None = None
    """As `entrypoint`; `()` too where an ENTRYPOINT of a later stage dropped an inherited one."""
    exposed: tuple[str, ...] = ()
    """`port/protocol`, ranges as written."""
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    healthcheck: Healthcheck | None = None
    stopsignal: str | None = None
    onbuild: tuple[str, ...] = ()
    """The triggered instructions; those of a stage below are not inherited."""
    maintainer: str | None = None

    def expand(self, word: str, escape: str) -> str:
        """A word, expanded as `expand_known` does with what is known here."""
        if is_resolved(word):
            return expand_known(word, self.variables, escape)
        valueless = [name for name, value in self.args.items() if value is None]
        empty = AllBut(valueless) if self.complete else ()
        return expand_known(word, self.variables, escape, unset=valueless, empty=empty)

    @property
    def runs_as_root(self) -> bool | None:
        """Whether the user is root; None where the external base or a variable decides."""
        if self.user is None or self.user == "":
            return True if self.complete or self.user == "" else None
        name = self.user.partition(":")[0]
        return None if "$" in name else name in ("root", "0")

    @property
    def home(self) -> str | None:
        """The home folder of the user, root's where no user is set; None where it can't be told."""
        if home := self.variables.get("HOME"):
            return home
        return "/root" if self.runs_as_root is not False and "$" not in (self.user or "") else None
