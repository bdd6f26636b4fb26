"""The rule `maven-repository-left-behind`."""

from dfopt.rules.diagnostic import Safety
from dfopt.rules.shared.build_tool_caches import ToolCacheLeftBehind


class MavenRepositoryLeftBehind(ToolCacheLeftBehind):
    """Maven's local repository stays in the image.

    ## What it does

    Reports RUNs with `mvn` or `mvnw` that leave `~/.m2`, in the stages that the final image is made of. A mount on it
    keeps it out of the layer as well.

    ## Why is this bad

    The repository has Maven's plugins, what these need, and each library of the program a second time; a program that
    is packaged reads none of it. No price is stated, for it depends on the project; the package of an empty one
    (maven-archetype-quickstart 1.4) left 12 MB.

    ## Example

    ```dockerfile
    FROM maven:3.9-eclipse-temurin-21
    COPY . /src
    RUN mvn -f /src/pom.xml package
    CMD ["java", "-jar", "/src/target/app.jar"]
    ```

    ```dockerfile
    FROM maven:3.9-eclipse-temurin-21 AS build
    COPY . /src
    RUN mvn -f /src/pom.xml package

    FROM eclipse-temurin:21-jre
    COPY --from=build /src/target/app.jar /app.jar
    CMD ["java", "-jar", "/app.jar"]
    ```

    ## Fix safety

    Unsafe: a program may be started with libraries from the repository. There is no fix where a later command of the
    file is of Maven, or what the container starts, nor where the repository is elsewhere.
    """

    id = "maven-repository-left-behind"
    help = "build in a stage of its own and copy the archive, or mount a cache on ~/.m2"
    fix_safety = Safety.UNSAFE
    commands = ("mvn", "mvnw")
    folder = "~/.m2"
    cleaning = "rm -rf ~/.m2/repository"
    moved_by = ("maven.repo.local", "MAVEN_OPTS", "MAVEN_ARGS")
