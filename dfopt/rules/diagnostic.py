"""What a rule found in a file: where, how bad, what it costs, and how to mend it."""

from enum import StrEnum

from dfopt.frozen import frozen
from dfopt.syntax.edits import Edit
from dfopt.syntax.positions import Span


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for an error, and one more with each step down."""
        return list(Severity).index(self)


class Safety(StrEnum):
    """What a fix does to the built image."""

    SAFE = "safe"
    """The image does the same as before."""
    UNSAFE = "unsafe"
    """The image may do something else; the rule's page says what."""


class Basis(StrEnum):
    """Where a price comes from."""

    MEASURED = "measured"
    """from the image itself"""
    CATALOGUE = "catalogue"
    """from the sizes of published packages and images"""
    ESTIMATE = "estimate"
    """from typical sizes"""


class Change(StrEnum):
    """What a fix means to change; the gate drops a fix that changes anything it did not declare."""

    INSTRUCTIONS = "instructions"
    """instructions are added, removed, moved or of another keyword"""
    PACKAGES = "packages"
    """a package is no longer installed"""
    BASE = "config:FROM"
    """the image of a stage"""
    CMD = "config:CMD"
    ENTRYPOINT = "config:ENTRYPOINT"
    ENV = "config:ENV"
    EXPOSE = "config:EXPOSE"
    HEALTHCHECK = "config:HEALTHCHECK"
    LABEL = "config:LABEL"
    ONBUILD = "config:ONBUILD"
    SHELL = "config:SHELL"
    STOPSIGNAL = "config:STOPSIGNAL"
    USER = "config:USER"
    VOLUME = "config:VOLUME"
    WORKDIR = "config:WORKDIR"


@frozen()
class Cost:
    """The bytes by which the image is larger than it must be."""

    bytes: int
    basis: Basis


@frozen()
class Fix:
    """Edits that mend one finding; they are applied all together or not at all.

    `title` says in the imperative what is done. `declares` names what the edits change besides the shell text and the
    layers' contents.
    """

    safety: Safety
    title: str
    edits: tuple[Edit, ...]
    declares: frozenset[Change] = frozenset()


@frozen()
class Diagnostic:
    """One finding of one rule in one file.

    `message` says what is wrong here, `help` what to do about it, and `url` is the address of the rule's page.
    """

    rule: str
    aliases: tuple[str, ...]
    group: str
    severity: Severity
    message: str
    help: str
    url: str
    span: Span
    cost: Cost | None = None
    fix: Fix | None = None
