"""The rule `gradle-caches-left-behind`."""

from dfopt.rules.diagnostic import Safety
from dfopt.rules.shared.build_tool_caches import ToolCacheLeftBehind


class GradleCachesLeftBehind(ToolCacheLeftBehind):
    """Gradle's caches stay in the image.

    ## What it does

    Reports RUNs with `gradle` or `gradlew` that leave `~/.gradle`, in the stages that the final image is made of. A
    mount on it keeps it out of the layer as well.

    ## Why is this bad

    The folder has plugins, each library of the program a second time, and with `gradlew` a whole Gradle; a program that
    is packaged reads none of it. No price is stated, for it depends on the project.

    ## Example

    ```dockerfile
    FROM gradle:8-jdk21
    COPY . /src
    RUN gradle -p /src bootJar
    CMD ["java", "-jar", "/src/build/libs/app.jar"]
    ```

    ```dockerfile
    FROM gradle:8-jdk21 AS build
    COPY . /src
    RUN gradle -p /src bootJar

    FROM eclipse-temurin:21-jre
    COPY --from=build /src/build/libs/app.jar /app.jar
    CMD ["java", "-jar", "/app.jar"]
    ```

    ## Fix safety

    Unsafe: a program may be started with libraries from the caches. There is no fix where a later command of the file
    is of Gradle, or what the container starts, nor where the folder is elsewhere.
    """

    id = "gradle-caches-left-behind"
    help = "build in a stage of its own and copy the archive, or mount a cache on ~/.gradle"
    fix_safety = Safety.UNSAFE
    commands = ("gradle", "gradlew")
    folder = "~/.gradle"
    cleaning = "rm -rf ~/.gradle/caches ~/.gradle/wrapper"
    moved_by = ("GRADLE_USER_HOME", "gradle.user.home", "--gradle-user-home")
