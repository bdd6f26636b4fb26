"""The rule `jdk-where-jre-is-enough`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.final_base import finding, runs_one_of
from dfopt.syntax.nodes import Cmd, Entrypoint

_TOOLS = frozenset("ant bash gradle gradlew jar javac jcmd jdeps jlink jshell lein mvn mvnw sbt scala sh".split())


class JdkWhereJreIsEnough(Rule):
    """The final image has a JDK where a JRE is enough.

    ## What it does

    Reports a final image that runs a Java program on an image with a JDK, Maven or Gradle, and does not run a tool of
    the JDK or a shell.

    ## Why is this bad

    Compiler, debugger, sources and a second set of modules ship with each copy of the program: some 150 MB against a
    JRE, and more with Maven or Gradle.

    ## Example

    ```dockerfile
    FROM eclipse-temurin:21-jdk
    COPY app.jar /app.jar
    CMD ["java", "-jar", "/app.jar"]
    ```

    ```dockerfile
    FROM eclipse-temurin:21-jre
    COPY app.jar /app.jar
    CMD ["java", "-jar", "/app.jar"]
    ```
    """

    id = "jdk-where-jre-is-enough"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        found = finding(model, lambda base: base.language == "java")
        if found and not runs_one_of(model, _TOOLS, {}):
            yield found
