"""What a program that another stage builds starts: its sources tell, and the final stage has none of them to read."""

import re
from collections.abc import Iterator

from dfopt.model import Stage

_SOURCE = re.compile(r"\.(java|kt|scala|groovy|clj|go|rs|cs|fs|vb|c|cc|cpp|cxx|swift|ml|hs)$")
_NOT_BUILT = re.compile(r"(^|/)(test|tests|testdata|vendor|third_party|node_modules)/|_test\.go$")
_ARGUMENTS = r'\s*\((?=((?:"(?:[^"\\\n]|\\.)*"|[^;"]){0,400}))'
_HAS_LITERAL = re.compile(r'[^")]{0,80}"')
_STARTS = re.compile(
    r"(?:\bProcessBuilder|\bexec|\bCommand(?:Context)?|\bLookPath|\bCommand::new|\bProcess\.Start|\bProcessStartInfo"
    rf"|\bsystem|\bpopen|\bexec[lv]p?e?|\bposix_spawnp?){_ARGUMENTS}"
)
_HELPER = re.compile(r"\b(\w+)\s*\([^()]*\)[^;{}()]*(?:\([^()]*\)[^;{}()]*)?[{=][^{}]*\Z")
"""The head of the function that a call is in, up to the call."""
_HEAD = 600
_NO_HELPER = frozenset("if for while switch catch synchronized try match when with using lock".split())
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)+)"')
_SHELL = re.compile(r"(?:/(?:usr/)?bin/)?(?:ba|da|a|k|z)?sh")
_SCRIPT_OPTION = re.compile(r"-[a-z]*c")
_SHELL_WORDS = 3
_MOST_BYTES = 50_000_000


def started_by_sources(stages: tuple[Stage, ...]) -> tuple[str, ...]:
    """Names of programs and shell texts in the sources of the stages from which some stages copy."""
    texts = tuple(_sources(_builders(stages)))
    helpers = "|".join(sorted({name for text in texts for name in _helpers(text)}))
    calls = (_STARTS, *([re.compile(rf"\b(?:{helpers}){_ARGUMENTS}")] if helpers else ()))
    return tuple(dict.fromkeys(word for text in texts for call in calls for word in _started(text, call)))


def _helpers(text: str) -> Iterator[str]:
    """Functions that start what they are handed."""
    for call in _STARTS.finditer(text):
        if _HAS_LITERAL.match(call[1]):
            continue
        head = _HELPER.search(text[max(0, call.start() - _HEAD) : call.start()])
        if head and head[1] not in _NO_HELPER:
            yield head[1]


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


def _started(text: str, call: re.Pattern[str]) -> Iterator[str]:
    for arguments in filter(_HAS_LITERAL.match, call.findall(text)):
        literals = [literal.replace('\\"', '"') for literal in _LITERAL.findall(arguments)]
        yield from literals[:1]
        if len(literals) >= _SHELL_WORDS and _SHELL.fullmatch(literals[0]) and _SCRIPT_OPTION.fullmatch(literals[1]):
            yield literals[2]
