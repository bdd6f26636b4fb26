"""What a failed run says is missing, looked up in the original image.

Only files that the original has and the slim image lacks are ever named, so a message about something that was never
there means nothing.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING

from dfopt.slim.closure import lost as by
from dfopt.slim.closure.lost import Lost, lost_files
from dfopt.slim.plan import Gap

if TYPE_CHECKING:
    from dfopt.images import RootFS

_LONGEST = 160
_MOST = 40
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "`": "'", "\u201c": '"', "\u201d": '"'})
_ABSENCE = (
    r"no such file|not found|no file|cannot (find|open|load|stat|access|read)|can't (open|find|load|locate|read|stat)"
    r"|could(n't| not) (open|find|load|read|locate|access)|unable to (open|find|load|locate|read|access|stat)"
    r"|fail(ed|ure) to (open|load|find|read|stat|locate)|failed opening|does ?n[o']t exist|is missing|missing file"
    r"|enoent|errno 2\b|nosuchfile|filenotfound|error loading"
)
_PATH = r"/[A-Za-z0-9_.+@%:=,~-]+(?:/[A-Za-z0-9_.+@%:=,~-]+)*"
_NAME = r"[A-Za-z0-9_.+-]+"

_MESSAGES: tuple[tuple[Callable[[str, Lost], Iterator[str]], str], ...] = (
    (by.library, r"(?:error while loading shared libraries:|error loading shared library) ([^\s:]+):"),
    (by.library, r"([^\s:'\"(]+\.so[.0-9]*): (?:cannot open shared object file|no such file or directory)"),
    (by.program, r'exec: "([^"]+)": (?:executable file not found|stat )'),
    (by.program, rf"(?:^|: )({_NAME}|/[^\s:]+): (?:command )?not found\b"),
    (by.program, rf"env: ['\"]?({_NAME})['\"]?: no such file"),
    (by.program, rf"(?:command|program|executable)(?: file)? ['\"]?({_NAME})['\"]? (?:is )?not found"),
    (by.program, r"(?:spawn|execvp?|posix_spawn)[ (:]+['\"]?([^\s'\")]+).{0,40}(?:ENOENT|no such file)"),
    (by.program, rf"no such file or directory(?:: ['\"]| - )({_NAME})(?:['\"\s]|$)"),
    (by.program, r'cannot run program "([^"]+)"'),
    (by.python_module, r"no module named ['\"]?([A-Za-z0-9_.]+)"),
    (by.node_module, r"cannot find (?:module|package) ['\"]([^'\"]+)"),
    (by.perl_module, r"can't locate (\S+\.pm) in @INC"),
    (by.ruby_module, r"cannot load such file -- (\S+)"),
    (by.java_class, r"(?:ClassNotFoundException|NoClassDefFoundError): ([A-Za-z0-9_$./]+)"),
    (
        by.zone,
        r"(?:(?:unknown|bad|invalid) time ?zone|no time zone found with key)\W{0,4}([A-Za-z_+-]+(?:/[A-Za-z_+-]+)*)",
    ),
    (by.users, r"(?:unknown|no such|invalid|unable to find) (?:user|group)|getpwnam|getgrnam"),
    (by.authorities, r"certificate verify failed|unknown authority|unable to get (?:local )?issuer certificate"),
    (by.authorities, r"unable to find valid certification path"),
)
"""What programs and languages say when something is not there, and how to find it by what they name."""


def find_gaps(said: str, root: "RootFS", kept: Collection[str]) -> tuple[Gap, ...]:
    """What to add to the slim image, with the line that asks for it.

    Args:
        said: logs, answers and complaints of a run of the slim image.
        root: the file system of the original.
        kept: the paths that the slim image has.
    """
    lost = lost_files(root, kept)
    found: dict[str, Gap] = {}
    for line in dict.fromkeys(line.strip() for line in said.splitlines()):
        for path in _asked_for(line.translate(_QUOTES), lost):
            found.setdefault(path, Gap(path, line[-_LONGEST:]))
    return tuple(found.values())[:_MOST]


def _asked_for(line: str, lost: Lost) -> Iterator[str]:
    for look_up, pattern in _MESSAGES:
        for match in _compiled(pattern).finditer(line):
            yield from look_up(match[match.lastindex or 0], lost)
    if _compiled(_ABSENCE).search(line):
        for match in _compiled(_PATH).finditer(line):
            yield from lost.at(match[0].rstrip(".:,"))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
