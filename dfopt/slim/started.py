"""What a program that another stage builds starts: its sources tell, and the final stage has none of them to read."""

import re
from collections.abc import Iterator

from dfopt.model import Stage

_SOURCE = re.compile(r"\.(java|kt|scala|groovy|clj|go|rs|cs|fs|vb|c|cc|cpp|cxx|swift|ml|hs)$")
_NOT_BUILT = re.compile(r"(^|/)(test|tests|testdata|vendor|third_party|node_modules)/|_test\.go$")
_STARTS = re.compile(
    r"(?:\bProcessBuilder|\bexec|\bCommand(?:Context)?|\bLookPath|\bCommand::new|\bProcess\.Start|\bProcessStartInfo"
    r"|\bsystem|\bpopen|\bexec[lv]p?e?|\bposix_spawnp?)\s*\(((?:\"(?:[^\"\\\n]|\\.)*\"|[^;\"]){0,400})"
)
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)+)"')
_SHELL = re.compile(r"(?:/(?:usr/)?bin/)?(?:ba|da|a|k|z)?sh")
_SCRIPT_OPTION = re.compile(r"-[a-z]*c")
_SHELL_WORDS = 3
_MOST_BYTES = 50_000_000


def started_by_sources(stages: tuple[Stage, ...]) -> tuple[str, ...]:
    """Names of programs and shell texts in the sources of the stages from which some stages copy."""
    texts = _sources(_builders(stages))
    return tuple(dict.fromkeys(word for text in texts for word in _started(text)))


def _builders(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The stages that are copied from, with those below them and those that they copy from."""
    found = {stage.index: stage for stage in stages}
    waiting = [*stages]
    while waiting:
        copied = [copy.from_stage for copy in waiting.pop().copies if copy.from_stage]
        fresh = [stage for each in copied for stage in each.lineage if stage.index not in found]
        found |= {stage.index: stage for stage in fresh}
        waiting += fresh
    return tuple([stage for stage in found.values() if stage not in stages])


def _sources(stages: tuple[Stage, ...]) -> Iterator[str]:
    files = dict.fromkeys(file for stage in stages for copy in stage.copies for file in copy.files or ())
    left = _MOST_BYTES
    for file in files:
        context = stages[0].model.context
        if context is None or not _SOURCE.search(file) or _NOT_BUILT.search(file):
            continue
        try:
            text = (context.root / file).read_text("utf-8", "replace")
        except OSError:
            continue
        left -= len(text)
        if left < 0:
            return
        yield text


def _started(text: str) -> Iterator[str]:
    for call in _STARTS.findall(text):
        literals = [literal.replace('\\"', '"') for literal in _LITERAL.findall(call)]
        yield from literals[:1]
        if len(literals) >= _SHELL_WORDS and _SHELL.fullmatch(literals[0]) and _SCRIPT_OPTION.fullmatch(literals[1]):
            yield literals[2]
