"""C and C++ programs that a compiler makes in the image itself, by a command whose output can be told."""

import re
from dataclasses import dataclass

from dfopt.model import Invocation
from dfopt.slim.plan import Contents, Kept, Refusal
from dfopt.slim.recipes.compiled import (
    closure_reasons,
    output_option,
    program_path,
    resources,
    source_texts,
    surplus,
    with_moves,
)
from dfopt.slim.stage.instructions import Roots
from dfopt.slim.subject import Subject

_COMPILER = re.compile(r"([a-z0-9_]+-)*(gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(-[0-9.]+)?")
_BUILDER = frozenset(("cmake", "make", "meson", "ninja"))
_SOURCE = re.compile(r"\.(c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|inl|s|S|o|a|la|lo)$")
_STARTED = re.compile(r'\b(?:system|popen|execlp|execvp|posix_spawnp)\s*\(\s*"((?:[^"\\\n]|\\.)+)"')
_SUFFIXES = ("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "o", "a", "d")


@dataclass(frozen=True, slots=True)
class Match:
    """The command that links the program, and where the program is."""

    build: Invocation
    program: str


class C:
    """See the module."""

    name = "c"

    def applies(self, subject: Subject) -> Match | Refusal | None:
        """Whether what runs is what a compiler of the image's own stages links."""
        builds = [each for each in subject.commands if _COMPILER.fullmatch(each.program) and _links(each)]
        if not builds:
            is_built = any(each.program in _BUILDER for each in subject.commands)
            return Refusal("c-output", "make or cmake builds it, so its output can't be told") if is_built else None
        for build in builds:
            output = output_option(build) or build.join("a.out")
            if program := program_path(subject, with_moves(subject, [output])):
                return Match(build, program)
        return Refusal("c-output", "what it runs is not known to be what its compiler makes")

    def plan(self, subject: Subject, match: Match) -> Contents:
        """The program with the libraries that it was linked with, or alone where it was linked statically."""
        kept = (Kept(match.program, "the program"), *closure_reasons(subject, resources(subject, _is_source)))
        drop = surplus(subject, _is_source, _SUFFIXES)
        roots = Roots((*subject.start_words, *_started(subject)), subject.brought, subject.packages, subject.kept, drop)
        linked = "a static program" if match.build.has_option("-static") else "a program and its libraries"
        return Contents(self.name, f"{linked}, without the compiler and the sources", kept, roots)


def _started(subject: Subject) -> tuple[str, ...]:
    """The shell texts and programs that the sources start."""
    texts = source_texts(subject, _is_source)
    return tuple(dict.fromkeys(found for text in texts for found in _STARTED.findall(text)))


def _links(command: Invocation) -> bool:
    return not any(word.value in ("-c", "-E", "-S", "--version", "-v") for word in command.arguments)


def _is_source(file: str) -> bool:
    return _SOURCE.search(file) is not None
