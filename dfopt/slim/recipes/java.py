"""Java programs, copied or built by Maven, Gradle or javac, on a JDK that is only half needed to run them.

The program runs on the very Java that it ran on, with all its modules, which jlink compresses while the image builds.
What a JDK has for development, the sources, and what the build tools left beside the program stay behind.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import dropwhile

from dfopt.knowledge.bases import identify
from dfopt.model import Invocation, is_exact, join_path
from dfopt.slim.commands import script_of
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import closure_reasons, resources, source_texts, surplus, word_paths
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject
from dfopt.syntax.shell import parse_script

_BUILDERS = frozenset(("mvn", "mvnw", "gradle", "gradlew", "javac", "ant", "sbt", "kotlinc", "scalac"))
_JDK = re.compile(r"jdk|-devel$")
_JDK_IMAGE = re.compile(
    r"(^|/)(openjdk|java|jdk|eclipse-temurin|adoptopenjdk|amazoncorretto|maven|gradle|ibm-semeru-runtimes|.*zulu.*"
    r"|tomcat|tomee|jetty)$"
)
_SOURCE = re.compile(
    r"\.(java|kt|kts|groovy|scala)$|(^|/)(\.mvn|gradle/wrapper|\.gradle|src/test)/"
    r"|(^|/)(pom\.xml|mvnw(\.cmd)?|gradlew(\.bat)?|(settings|build)\.gradle|gradle\.properties|build\.xml)$"
)
_ENTRY = re.compile(r".*[-_]entrypoint\.sh|(.*/)?(tini|dumb-init)|--?[a-z]?")
_SHELL_WORDS = 3
"""A shell, `-c` and its script; what stands behind them are the script's arguments."""
_STARTED = re.compile(r'(?:ProcessBuilder|\bexec)\(\s*"([^"]+)"')
_READS_SOURCES = re.compile(r"\bsrc/")
_COMPILES = re.compile(r"\bjavax\.tools\b")
_RELEASES = "lib/ct.sym"
"""What the compiler knows of older releases by; a program that compiles may ask for one."""
_ARCHIVES = re.compile(r"Xshare|SharedArchive|\.jsa\b|jrt:|CRaC")
_ANY_JAVA = '"${JAVA_HOME:-}/bin/java" || command -v java'
_NOTE = "a JDK keeps all its modules, compressed; its tools and its archive of classes are left out"
_SUFFIXES = ("java", "kt", "kts", "groovy", "scala")
_ENDINGS = tuple(f".{suffix}" for suffix in _SUFFIXES)
_LEFT_BY_MAVEN = (
    *("test-classes", "generated-sources", "generated-test-sources", "maven-status", "maven-archiver", "antrun"),
    *("surefire-reports", "failsafe-reports", "site", "apidocs", "javadoc-bundle-options"),
)
_LEFT_BY_GRADLE = ("generated", "reports", "test-results", "tmp", "kotlin", "docs")


_START_SCRIPT = re.compile(r"(.*/)?(build/install/[^/]+|target/appassembler|target/universal/stage)/bin/[^/]+")
"""Where the application plug-ins of Gradle, Maven and sbt put a script that runs `$JAVA_HOME/bin/java`, or java."""
_CONTAINER_SCRIPT = re.compile(r"(.*/)?catalina\.sh")
"""What starts Tomcat: its compiler of pages is its own, and only its debugger is of a JDK."""
_DEBUG = "debug"
_INIT = re.compile(r"(.*/)?(tini|dumb-init)|--?[a-z]?")
_HANDS_OVER = frozenset(("exec", "sudo", "gosu", "su-exec", "nohup", "time"))
_REMOVED = frozenset(
    "jar jarsigner javac javadoc javah javap jconsole jdb jdeprscan jdeps jimage jlink jmod jpackage jshell".split()
)
"""Tools of development, which a script that is kept must not call."""


@dataclass(frozen=True, slots=True)
class Match:
    """The words that start Java, itself or by a script, the commands that build, and the text of the script."""

    words: tuple[str, ...]
    builds: tuple[Invocation, ...]
    script: str | None = None

    @property
    def java(self) -> str:
        """What `command -v` finds Java by."""
        return self.words[0] if self.script is None else _ANY_JAVA

    @property
    def text(self) -> str:
        """All that is known of what runs."""
        return " ".join((*self.words, self.script or ""))


class Java:
    """See the module."""

    name = "java"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether Java itself is what runs, on a JDK or beside what a build tool made."""
        builds = tuple([each for each in subject.commands if each.program in _BUILDERS])
        words = _java(subject)
        if words is None:
            match = _script(subject, builds)
            if match is None and builds:
                return Refusal("java-start", "what it runs is neither java nor a script that needs no more of a JDK")
            return match if builds or _has_jdk(subject) else None
        if any(word.endswith(_ENDINGS) for word in words):
            return Refusal("java-source", "java compiles the sources each time it starts, so all of it is needed")
        return Match(words, builds) if builds or _has_jdk(subject) else None

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The program, what was copied beside it, and Java."""
        kept = [Kept(" ".join(match.words), "ENTRYPOINT and CMD run it")]
        if jar := _jar(subject, match.words):
            kept.append(Kept(jar, "the program"))
        kept += closure_reasons(subject, resources(subject, _is_source))
        sources = surplus(subject, _is_source, ("java", "kt", "scala")) if match.builds else ()
        drop = (*_left_over(subject, match), *sources)
        started = [words for text in _code(subject) for words in _STARTED.findall(text)]
        start = tuple(dict.fromkeys((*subject.start_words, *started)))
        compiles = any(map(_COMPILES.search, _code(subject)))
        keep = (*subject.kept, f"/**/{_RELEASES}") if compiles else subject.kept
        roots = Roots(start, subject.brought, subject.packages, keep, tuple(dict.fromkeys(drop)))
        title = "a Java program with the Java it ran on, without sources and tools of development"
        if _uses_archives(subject):
            return Contents(self.name, title, tuple(kept), roots)
        preparing = files(__package__).joinpath("java.sh").read_text("utf-8").replace("@java@", match.java)
        preparing = preparing.replace("@releases@", "" if compiles else _RELEASES)
        return Contents(self.name, title, tuple(kept), roots, notes=(_NOTE,), preparing=preparing)


def _java(subject: Subject) -> tuple[str, ...] | None:
    """The words of the one command that is run, what only hands over to it left out, where its program is java."""
    words = tuple(dropwhile(_ENTRY.fullmatch, subject.start.command))
    script = script_of(words[:_SHELL_WORDS]) or script_of(words)
    if script is not None:
        commands = parse_script(script.encode("utf-8", "surrogateescape"), head=0).commands
        if len(commands) != 1 or not commands[0].words:
            return None
        words = tuple([word.value for word in commands[0].words])
        words = words[1:] if words[0] == "exec" else words
    return words if words and words[0].rpartition("/")[2] == "java" and is_exact(words[0]) else None


def _script(subject: Subject, builds: tuple[Invocation, ...]) -> Match | None:
    """What is run, where it is a script that runs java and nothing else of a JDK."""
    command = subject.start.command
    words = tuple(dropwhile(_ENTRY.fullmatch, command)) or tuple(dropwhile(_INIT.fullmatch, command))
    if not words or script_of(words) is not None:
        return None
    places = word_paths(subject, words[0])
    if any(map(_START_SCRIPT.fullmatch, places)) or (_CONTAINER_SCRIPT.fullmatch(words[0]) and _DEBUG not in words):
        return Match(words, builds, "")
    scripts = {subject.files[place] for place in places if place in subject.files}
    text = "".join(source_texts(subject, scripts.__contains__))
    programs = set(_programs(text))
    return Match(words, builds, text) if "java" in programs and not programs & (_REMOVED | _BUILDERS) else None


def _programs(script: str) -> Iterator[str]:
    """The base names of what a script runs."""
    for command in parse_script(script.encode("utf-8", "surrogateescape"), head=0).commands:
        words = dropwhile(_HANDS_OVER.__contains__, [word.value for word in command.words])
        yield next(words, "").rpartition("/")[2]


def _has_jdk(subject: Subject) -> bool:
    """Whether the base image or a package brings a JDK."""
    base = identify(subject.stage.root_base or "")
    if base and _JDK_IMAGE.search(base.image) and "jre" not in (base.reference.tag or ""):
        return True
    names = [package.name for stage in subject.lineage for each in stage.package_commands for package in each.packages]
    return any(_JDK.search(name) and "jre" not in name for name in names)


def _jar(subject: Subject, words: tuple[str, ...]) -> str | None:
    """The archive behind `-jar`, where its name is known."""
    if "-jar" not in words[:-1]:
        return None
    path = join_path(subject.config.workdir, words[words.index("-jar") + 1])
    return path if is_exact(path) else None


def _left_over(subject: Subject, match: Match) -> Iterator[str]:
    """What build tools leave beside the program, where they are run and below; not what a class path names."""
    command = match.text
    for folder in dict.fromkeys(each.join(".") for each in match.builds):
        place = join_path(subject.base.config.workdir or "/", folder).rstrip("/")
        if not is_exact(place) or not place:
            continue
        classes = () if "classes" in command else ("classes",)
        names = [f"target/{name}" for name in (*classes, *_LEFT_BY_MAVEN)]
        names += [f"build/{name}" for name in (*classes, *_LEFT_BY_GRADLE)]
        names += [".gradle", ".mvn"]
        if not _reads_sources(subject, command):
            names += ["src/main", "src/test"]
        for name in names:
            yield from (f"{place}/{name}", f"{place}/{name}/**", f"{place}/**/{name}", f"{place}/**/{name}/**")
        yield from (f"{place}/target/*.original", f"{place}/**/target/*.original")


def _reads_sources(subject: Subject, command: str) -> bool:
    """Whether the program may read files from the folders of its sources: a text names them, or none can be seen."""
    texts = _code(subject)
    return not texts or any(_READS_SOURCES.search(text) for text in (*texts, command, *subject.config.env.values()))


def _code(subject: Subject) -> tuple[str, ...]:
    return source_texts(subject, lambda file: file.endswith(_ENDINGS))


def _uses_archives(subject: Subject) -> bool:
    """Whether an archive of classes that is made for one certain file of modules is asked for."""
    commands = [word.value for each in subject.commands for word in each.words]
    return any(_ARCHIVES.search(text) for text in (*subject.start.command, *subject.config.env.values(), *commands))


def _is_source(file: str) -> bool:
    return _SOURCE.search(file) is not None
