"""The rule `built-in-final-stage`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.purposes import is_for_people

_MAVEN = ("package", "install", "verify", "deploy")
_VERBS: dict[str, tuple[str, ...]] = {
    "cargo": ("build", "install"),
    "dotnet": ("build", "publish"),
    "go": ("build", "install"),
    "gradle": ("assemble", "bootJar", "build", "distTar", "fatJar", "installDist", "jar", "shadowJar", "war"),
    "lein": ("uberjar",),
    "mvn": _MAVEN,
    "sbt": ("assembly", "dist", "package", "stage"),
    "stack": ("build", "install"),
    "swift": ("build",),
    "zig": ("build",),
}
_WRAPPERS = {"gradlew": "gradle", "mvnw": "mvn"}


class BuiltInFinalStage(Rule):
    """The program is compiled in the stage that ships.

    ## What it does

    Reports the first command that compiles a project (`mvn package`, `gradle build`, `cargo build`, `go build`,
    `dotnet publish`…) in the stages that the final image is made of, where the file says what the container starts and
    that is not the build tool itself.

    ## Why is this bad

    The compiler, the sources, the caches and everything between stay in the image with the one program that is needed.
    No price is stated: it is the difference between two base images and what the build leaves. `dfopt slim` writes the
    second stage for what it knows how to run.

    ## Example

    ```dockerfile
    FROM golang:1.24
    COPY . /src
    RUN go build -C /src -o /app .
    CMD ["/app"]
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    COPY . /src
    RUN CGO_ENABLED=0 go build -C /src -o /app .

    FROM gcr.io/distroless/static-debian12
    COPY --from=build /app /app
    CMD ["/app"]
    ```
    """

    id = "built-in-final-stage"
    help = "build in a stage of its own, and copy the program into a final one; `dfopt slim` writes it"
    commands = (*_VERBS, *_WRAPPERS)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if not ships(stage):
            return
        build = next((each for each in stage.commands if each.program in self.commands and _compiles(each)), None)
        started = {command.program for entry in entries(model) for command in entry.commands}
        if build and started and started.isdisjoint(self.commands) and not is_for_people(model):
            yield Finding(build, f"{build.program} builds in the stage that ships, and all it needs ships too")


def _compiles(command: Invocation) -> bool:
    tool = _WRAPPERS.get(command.program, command.program)
    verbs = _VERBS[tool]
    words = [word.value.rpartition(":")[2] for word in command.arguments if not word.value.startswith("-")]
    return any(word in verbs for word in (words if tool in ("gradle", "mvn", "sbt") else words[:1]))
