"""The rule `docker-socket-in-container`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Instruction, Volume

_SOCKETS = ("docker.sock", "containerd.sock", "podman.sock", "crio.sock")


class DockerSocketInContainer(Rule):
    """The image is made for use with the engine's socket.

    ## What it does

    Reports a VOLUME for the socket of Docker, containerd, Podman or CRI-O, and chmod, chown and chgrp of it in a RUN.

    ## Why is this bad

    Whoever may write to the socket may start a container with the host's file system in it, and so is root on the
    host. A VOLUME invites to mount it, and opening its mode hands it to every user of the container.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    VOLUME /var/run/docker.sock
    ```

    ```dockerfile
    FROM debian:12-slim
    VOLUME /var/lib/tool
    ```
    """

    id = "docker-socket-in-container"
    help = (
        "build with a tool that needs no engine (buildah, kaniko), or put a proxy that filters in front of the socket"
    )
    instructions = (Volume,)
    commands = ("chgrp", "chmod", "chown", "setfacl")

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        if isinstance(instruction, Volume):
            for token, path in zip(instruction.items, instruction.values, strict=True):
                if path.endswith(_SOCKETS):
                    yield Finding(token, f"{path} makes whoever is in the container root on the host")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        for word in command.operands:
            if word.value.endswith(_SOCKETS):
                yield Finding(
                    command, f"{command.program} opens {word.value}, which makes root on the host of its users"
                )
