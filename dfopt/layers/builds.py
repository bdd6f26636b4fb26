"""`Build`: one image that a Dockerfile is built into."""

from collections.abc import Mapping
from dataclasses import field

from dfopt.frozen import frozen

DEFAULT_PLATFORM = "linux/amd64"


@frozen()
class Build:
    """What one build is given.

    Attributes:
        dockerfile: the path of the Dockerfile, or FILE#ENTRY where it stands in the file that defines the build.
        context: the folder of the build context; None where it is not at hand.
        names: what the image is called, the first of them in every report; the Dockerfile's path where it has none.
        target: the stage; None for the last one.
        args: the values of `--build-arg`.
        contexts: named contexts, each by what stands for it: another image's name, or a path, which is not looked into.
        platform: what it is built for.
        inline: the Dockerfile itself where it stands in the file that defines the build.
    """

    dockerfile: str
    context: str | None
    names: tuple[str, ...] = ()
    target: str | None = None
    args: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, str] = field(default_factory=dict)
    platform: str = DEFAULT_PLATFORM
    inline: str | None = None

    @property
    def name(self) -> str:
        """The name in reports."""
        return self.names[0] if self.names else self.dockerfile
