"""Downloads into a pipe, and the programs that notice when the end of one is missing.

Tried with the real programs: GNU tar 1.34 and 1.35, gzip, xz, bzip2, zstd, GnuPG 2.2 and 2.4 and apt-key of Debian 11
to 13, and BusyBox 1.30 to 1.37. Each reader got nothing at all, the stream cut at hundreds of places (the last 90 bytes
one by one), its last bytes late, and more behind its end.

- tar with `z`, `j`, `J` or `--zstd`, `gunzip` and its like fail on nothing and on every cut, and read to the last byte
  of the compressed file, also with members named, with `--exclude` and with `t`.
- `apt-key add`, `gpg --import` and `gpg --dearmor` fail on nothing and on every cut in front of the last two lines of a
  key, which hold its checksum, and read all that follows.
- Left out, as they pass on a cut or leave early: tar without compression (a cut between two members), tar's
  `--occurrence`, cpio, funzip, BusyBox' zcat, its `unxz` (nothing at all), `gunzip -f`.

So where the download fails, the reader has failed before pipefail did. What is left is a server that breaks HTTP behind
the last byte of a file that is whole, and a file with a second one behind its end, too long for a pipe to hold.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from dfopt.model.invocations import Invocation
from dfopt.rules.shared.distributions import shells

_ONE_ADDRESS = re.compile(r"https?://(?:[^{}\[\]]|\$\{[^{}]*\})+")
_TO_PIPE: tuple[list[str], ...] = ([], ["-"])


class _Given(NamedTuple):
    """The options of a command, and its operands."""

    options: frozenset[str]
    operands: list[str]


class _Options(NamedTuple):
    """The options with which a claim holds; those of `valued` have any value, those of `piped` only `-`."""

    plain: frozenset[str]
    valued: frozenset[str]
    piped: frozenset[str]

    def read(self, words: Iterable[str]) -> _Given | None:
        """The words of a command behind its program; None where one is an option that is not known here."""
        left = list(words)[::-1]
        given: list[str] = []
        operands: list[str] = []
        while left:
            word = left.pop()
            if word == "-" or not word.startswith("-"):
                operands.append(word)
                continue
            found = self._options_in(word, left)
            if found is None:
                return None
            given += found
        return _Given(frozenset(given), operands)

    def _options_in(self, word: str, left: list[str]) -> list[str] | None:
        """The options of one word; the value of the last one is taken from what is left."""
        name, equals, value = word.partition("=")
        if name in self.plain:
            return [name]
        if word.startswith("--"):
            return [name] if self._takes(name, value if equals else (left or [""]).pop()) else None
        found = []
        for at, letter in enumerate(word[1:], 2):
            found.append(f"-{letter}")
            if found[-1] not in self.plain:
                return found if self._takes(found[-1], word[at:] or (left or [""]).pop()) else None
        return found

    def _takes(self, name: str, value: str) -> bool:
        return name in self.valued or (name in self.piped and value == "-")


def _options(plain: str, valued: str = "", piped: str = "") -> _Options:
    return _Options(frozenset(plain.split()), frozenset(valued.split()), frozenset(piped.split()))


_CURL = _options(
    "-# -0 -1 -3 -4 -6 -L -N -S -f -g -j -k -s -v --anyauth --fail --globoff --http1.0 --http1.1 --http2 --insecure"
    " --ipv4 --ipv6 --junk-session-cookies --location --location-trusted --no-buffer --no-progress-meter"
    " --progress-bar --retry-all-errors --retry-connrefused --show-error --silent --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2"
    " --tlsv1.3 --verbose",
    "-A -H -X -Y -b -e -m -u -x -y --cacert --connect-timeout --cookie --header --max-redirs --max-time --proto"
    " --proto-redir --proxy --referer --request --retry --retry-delay --retry-max-time --speed-limit --speed-time"
    " --tls-max --user --user-agent",
    "-o --output",
)
_WGET = _options(
    "-4 -6 -d -nv -q -v --https-only --inet4-only --inet6-only --no-check-certificate --no-cookies --no-hsts"
    " --no-verbose --progress --quiet --retry-connrefused --show-progress --verbose",
    "-T -U -t --ca-certificate --connect-timeout --header --max-redirect --password --read-timeout --secure-protocol"
    " --timeout --tries --user --user-agent --wait --waitretry",
    "-O --output-document",
)
_TAR = _options(
    "-J -P -S -U -h -j -k -m -o -O -p -t -v -w -x -z --absolute-names --anchored --bzip2 --extract --get --gunzip"
    " --gzip --keep-old-files --list --no-anchored --no-overwrite-dir --no-same-owner --no-same-permissions"
    " --no-wildcards --numeric-owner --overwrite --preserve-permissions --recursive-unlink --same-owner"
    " --same-permissions --skip-old-files --to-stdout --touch --ungzip --unlink-first --verbose --wildcards"
    " --wildcards-match-slash --xz --zstd",
    "-C -X --directory --exclude --group --mode --owner --strip --strip-components --strip-path --transform --warning"
    " --xform",
    "-f --file",
)
_GPG = _options(
    "-a -q -v --armor --batch --dearmor --import --no-autostart --no-default-keyring --no-tty --quiet --verbose --yes",
    "-o --homedir --keyring --output --primary-keyring --trust-model",
)
_UNPACKER = _options("-0 -c -d -k -n -q -v --decompress --keep --quiet --stdout --to-stdout --uncompress")
_APT_KEY = _options("--quiet", "--keyring")

_COMPRESSED = frozenset("-J -j -z --bzip2 --gunzip --gzip --ungzip --xz --zstd".split())
_READING = frozenset("-t -x --extract --get --list".split())
_UNPACKERS = frozenset(("bunzip2", "bzcat", "gunzip"))
_PACKERS = frozenset(("bzip2", "gzip"))
_BETTER_THAN_BUSYBOX = frozenset(("unxz", "unzstd", "xz", "xzcat", "zcat", "zstd", "zstdcat"))


def downloads_one_file(command: Invocation) -> bool:
    """Whether curl or wget writes what one address of the web gives into the pipe."""
    if command.program not in ("curl", "wget"):
        return False
    given = (_CURL if command.program == "curl" else _WGET).read(_words(command))
    if given is None or len(given.operands) != 1 or not _ONE_ADDRESS.fullmatch(given.operands[0]):
        return False
    return command.program == "curl" or not given.options.isdisjoint(_WGET.piped)


def notices_torn_input(command: Invocation) -> bool:
    """Whether a command that reads a pipe fails where the end is missing or all of it, and reads to that end."""
    if any(each.operator.startswith("<") for each in command.redirects):
        return False
    match command.program:
        case "tar":
            return _unpacks_compressed(command)
        case "gpg" | "gpg2":
            given = _GPG.read(_words(command))
            does = given and given.options & {"--dearmor", "--import"}
            return given is not None and bool(does) and given.operands in _TO_PIPE
        case "apt-key":
            given = _APT_KEY.read(_words(command))
            return given is not None and given.operands in (["add"], ["add", "-"])
        case _:
            return _decompresses(command)


def _unpacks_compressed(command: Invocation) -> bool:
    given = _TAR.read(_with_dashes(_words(command)))
    return given is not None and not given.options.isdisjoint(_COMPRESSED) and not given.options.isdisjoint(_READING)


def _with_dashes(words: list[str]) -> list[str]:
    """The words of tar in its newer spelling: `xzfC - /opt` is `-xz -f- -C/opt`."""
    if not words or words[0].startswith("-"):
        return words
    letters, *rest = words
    valued = [letter for letter in letters if letter in "CXf"]
    plain = "".join([letter for letter in letters if letter not in valued])
    moved = [f"-{letter}{value}" for letter, value in zip(valued, rest, strict=False)]
    return [f"-{plain}", *moved, *rest[len(valued) :]]


def _decompresses(command: Invocation) -> bool:
    program = command.program
    is_known = program in _UNPACKERS or program in _PACKERS
    if not is_known and (program not in _BETTER_THAN_BUSYBOX or "ash" in shells(command.stage)):
        return False
    given = _UNPACKER.read(_words(command))
    if given is None or given.operands not in _TO_PIPE:
        return False
    return program not in (*_PACKERS, "xz", "zstd") or not given.options.isdisjoint(
        ("-d", "--decompress", "--uncompress")
    )


def _words(command: Invocation) -> list[str]:
    return [command.value(word) for word in command.arguments]
