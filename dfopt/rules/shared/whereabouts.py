"""Whether commands care for the folder they run in."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise

from dfopt.model.effects.programs import clone_operands
from dfopt.model.invocations import Invocation
from dfopt.model.managers import PackageAction
from dfopt.model.packages import PackageCommand
from dfopt.rules.shared.installed import SYSTEM_MANAGERS
from dfopt.syntax.commands import Context, Word
from dfopt.syntax.wrappers import script_of

_NO_FILES: frozenset[str] = frozenset()
_INDIFFERENT = frozenset(
    (
        " : a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite add-apt-repository adduser addgroup apt-mark arch"
        " basename break case chpasswd command continue date delgroup deluser dirname docker-php-ext-configure"
        " docker-php-ext-enable docker-php-ext-install docker-php-source dpkg-architecture dpkg-reconfigure echo"
        " exit export expr false getconf getent groupadd groupdel groupmod hash hostname id ldconfig local locale-gen"
        " localedef lsb_release nproc pecl phpdismod phpenmod printf read return service set shift sleep systemctl tr"
        " true type umask uname unset update-alternatives update-ca-certificates update-locale update-rc.d useradd"
        " userdel usermod wait which whoami"
    ).split(" ")
)
"""Programs whose words, whatever they are, name nothing in the folder: see also the words that `_word_asks` finds."""

_WORDS_IN_FRONT_OF_FILES = {
    **dict.fromkeys(
        (
            "awk cat cp cut du gunzip head install ln ls md5sum mkdir mv readlink rm rmdir sha1sum sha256sum sha512sum"
            " sort stat strip tail tee touch truncate uniq unzip wc"
        ).split(),
        0,
    ),
    "chmod": 0,
    **dict.fromkeys("chgrp chown egrep grep sed setcap".split(), 1),
}
"""Programs all of whose operands are files, behind so many that are not."""

_FILTERS = frozenset("awk column cut egrep grep gunzip gzip head jq sed sort tail tr uniq wc xz zcat".split())
"""Programs that read what is piped into them."""

_SUMS = frozenset({"md5sum", "sha1sum", "sha256sum", "sha512sum"})
_NAMES_OF_FILES = re.compile(
    r"--(?:directory|directory-prefix|file|output|output-document|output-dir|prefix|target-directory)=(.*)", re.DOTALL
)
_OPTIONS_WITH_FILES: Mapping[str, tuple[str, ...]] = {
    "curl": ("-o", "--output", "--output-dir", "-K", "--config", "-T", "--upload-file", "-c", "-D"),
    "cp": ("-t", "--target-directory"),
    "install": ("-t", "--target-directory"),
    "mv": ("-t", "--target-directory"),
    "unzip": ("-d",),
    "wget": ("-O", "--output-document", "-P", "--directory-prefix", "-i", "--input-file", "-o", "-a"),
}
_OTHER_MANAGERS = frozenset({"conda", "npm", "pip"})
_ACTIONS = frozenset(set(PackageAction) - {PackageAction.DOWNLOAD, PackageAction.BUILD, PackageAction.OTHER})
_OPTIONS_OF_INSTALLERS = (
    "-c --constraint -d --dest -e --editable -f --file --find-links -p --prefix --root --src -t --target".split()
)
_NO_FILE = ("<<", "<<-", "<<<", ">&", "<&")
_FILE_TESTS = re.compile(r"-[a-hLkOGNprsSuwx]")
_OLD_STYLE_TAR = re.compile(r"[a-zA-Z]+")
_OPTION_WITH_FOLDER = re.compile(r"-[a-eg-zA-BD-Z]*C.*|--directory(?:=.*)?", re.DOTALL)
_MODE = re.compile(r"[0-7]+|[-ugoa+=,rwxXst]+")
_LOOP_OVER_FILES = re.compile(rb"\bfor\s+\w+\s+in\b[^;\n]*[*?\[]")
_NUMBER = re.compile(r"\d+")
_GLOB = re.compile(r"[*?\[]")
_SHELL_NAME = re.compile(r"\$(?:(\w+)|\{(\w+)\})(?:/|\Z)")


@lru_cache(128)
def ignores_folder(command: Invocation, own_files: frozenset[str] = _NO_FILES) -> bool:
    """Whether a command surely does the same in any folder; `own_files` are names in it that don't count.

    Kept for the commands asked about last, as one is asked about for each `cd` around it, and for its whole RUN.
    """
    if any("PWD" in word.text for word in (*command.outer.words, *_values(command))):
        return False
    targets = [each.target for each in command.redirects if each.target and each.operator not in _NO_FILE]
    if not all(_is_settled(command, target, own_files) for target in targets):
        return False
    packages = command.package_command
    if packages:
        return _installs_by_name(packages, own_files)
    if command.outer.program == "xargs" or (Context.LOOP in command.context and _loops_over_files(command)):
        return False
    if command.program in _FILTERS and command.connector in ("|", "|&"):
        return True
    if script := script_of(command.command):
        return any(script.start <= each.start < script.end for each in command.run.commands)
    if command.program in _INDIFFERENT:
        return not any(_GLOB.search(word.value) and word.text[:1] not in "\"'" for word in command.arguments)
    reader = _READERS.get(command.program)
    if reader:
        return reader(command, own_files)
    skipped = _WORDS_IN_FRONT_OF_FILES.get(command.program)
    return skipped is not None and _files_are_settled(command, skipped, own_files)


def _loops_over_files(command: Invocation) -> bool:
    return command.script is None or _LOOP_OVER_FILES.search(command.script.source.data) is not None


def own_files(commands: Collection[Invocation]) -> frozenset[str]:
    """The names of what commands fetch into the folder they run in and remove there again."""
    if not any(each.program == "rm" for each in commands):
        return frozenset()
    fetched: set[str] = set()
    removed: set[str] = set()
    seen: set[str] = set()
    for command in commands:
        names = {word.value for word in command.arguments if word.is_static or "$" in word.value}
        output = _output(command)
        if output is not None and output not in seen:
            fetched.add(output)
        if command.program == "rm" and not command.context and command.connector != "||":
            removed |= names
        seen |= names
    return frozenset({name for name in fetched & removed if "/" not in name and not _GLOB.search(name)})


def clones_from_elsewhere(command: Invocation) -> bool:
    """Whether `git clone` takes all that it takes from an address or an absolute path."""
    if command.has_option("--reference", "--template", "--separate-git-dir", "--bundle-uri"):
        return False
    address = command.value(clone_operands(command)[0])
    return address.startswith("/") or "://" in address or re.match(r"[\w.-]+@?[\w.-]*:|\$", address) is not None


def _values(command: Invocation) -> list[Word]:
    return [each.value for each in command.assignments]


def _is_settled(command: Invocation, word: Word, own_files: Collection[str]) -> bool:
    """Whether a word names the same in any folder."""
    value = command.value(word)
    if value.startswith(("/", "~/")) or value in ("-", "~") or "://" in value:
        return True
    name = _SHELL_NAME.match(value)
    return value in own_files or (name is not None and _is_absolute_by_itself(name[1] or name[2], command))


def _is_absolute_by_itself(name: str, command: Invocation) -> bool:
    """Whether a variable is only ever given a folder of `mktemp`, or is HOME."""
    values = [each.value for other in command.run.commands for each in other.assignments if each.name == name]
    if not values:
        return name == "HOME"
    return all(value.text.strip('"').startswith(("$(mktemp", "`mktemp")) for value in values)


def _files_are_settled(command: Invocation, skipped: int, own_files: Collection[str]) -> bool:
    operands = command.operands
    if command.program in _SUMS and command.has_option("-c", "--check") and not _checks_settled(command, own_files):
        return False
    if command.program in ("awk", "egrep", "grep", "sed"):
        skipped = 0 if command.has_option("-e", "-f", "--expression", "--file") else 1
        if command.has_option("-f", "--file") or ("grep" in command.program and command.has_option("-r", "-R")):
            return False
    if command.program == "ln":
        if len(operands) != 2:
            return False
        skipped = 1 if command.has_option("-s", "--symbolic") else 0
    if command.program == "unzip" and not command.has_option("-d", "-l", "-p", "-t"):
        return False
    if command.program == "chmod":
        operands, skipped = tuple([word for word in operands if not _MODE.fullmatch(word.value)]), 0
    if command.program in ("ls", "du") and not operands:
        return False
    return all(_is_settled(command, word, own_files) for word in operands[skipped:]) and _options_are_settled(
        command, own_files
    )


def _checks_settled(command: Invocation, own_files: Collection[str]) -> bool:
    """Whether the sums that a command is to check are those of one file that `echo` names to it."""
    writer = command.previous
    if command.connector != "|" or writer is None or writer.program not in ("echo", "printf") or not writer.arguments:
        return False
    name = writer.value(writer.arguments[-1]).replace("\\n", "").split()[-1:]
    return bool(name) and (name[0].lstrip("*").startswith("/") or name[0].lstrip("*") in own_files)


def _options_are_settled(command: Invocation, own_files: Collection[str]) -> bool:
    values = command.option_values(*_OPTIONS_WITH_FILES.get(command.program, ()))
    attached = [found[1] for word in command.arguments if (found := _NAMES_OF_FILES.match(command.value(word)))]
    return all(_is_settled(command, word, own_files) for word in values) and all(
        value.startswith(("/", "-")) for value in attached
    )


def _reads_settled(command: Invocation, own_files: Collection[str]) -> bool:
    """`wget` and `curl`: whether what they fetch goes to a place that is named."""
    if any(word.value.startswith("@") for word in command.arguments):
        return False
    is_named = command.has_option("-O", "--output-document", "-P", "--directory-prefix")
    if command.program == "curl":
        is_named = not command.has_option("-O", "-J", "--remote-name", "--remote-name-all", "--remote-header-name")
    elif re.search(r"\s-[a-zA-Z]*O(?:-|\s+-)(?=\s|\Z)", " ".join([word.value for word in command.arguments])):
        return True
    return (is_named or _output(command) in own_files) and _options_are_settled(command, own_files)


def _tar_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    words = command.arguments
    bundle = words[0].value if words and _OLD_STYLE_TAR.fullmatch(words[0].value) else ""
    words = words[1:] if bundle else words
    is_placed = "C" in bundle or any(_OPTION_WITH_FOLDER.fullmatch(word.value) for word in words)
    attached = [word.value[2:] for word in words if re.match(r"-[Cf].", word.value)]
    return (
        is_placed
        and all(value.startswith("/") or value == "-" for value in attached)
        and all(
            word.value.startswith("-") or _NUMBER.fullmatch(word.value) or _is_settled(command, word, own_files)
            for word in words
        )
        and _options_are_settled(command, own_files)
    )


def _git_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    if command.operands and command.operands[0].value == "config":
        return command.has_option("--global", "--system")
    folder = command.option_value("-C")
    if folder is not None:
        return command.value(folder).startswith("/")
    words = clone_operands(command)
    is_placed = len(words) == 2 and _is_settled(command, words[1], own_files)
    return is_placed and clones_from_elsewhere(command)


def _find_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    roots: list[Word] = []
    for word in command.arguments:
        if word.value.startswith("-") or word.value in ("(", "!"):
            break
        roots.append(word)
    return (
        bool(roots)
        and all(_is_settled(command, word, own_files) for word in roots)
        and not any(word.value in ("-execdir", "-fprint", "-fls") for word in command.arguments)
        and all(_does_exec(first, second) for first, second in pairwise(command.arguments))
    )


def _does_exec(option: Word, program: Word) -> bool:
    return option.value not in ("-exec", "-ok") or program.value in ("chmod", "chown", "rm", "rmdir", "strip", "touch")


def _test_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    return not any(
        _FILE_TESTS.fullmatch(option.value) and not _is_settled(command, word, own_files)
        for option, word in pairwise(command.arguments)
    )


def _gpg_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    words = command.operands_but("--keyserver", "--keyserver-options", "--homedir", "--default-key", "-o", "--output")
    if command.has_option("--recv-keys", "--recv", "--receive-keys", "-k", "--list-keys"):
        words = ()
    outputs = command.option_values("-o", "--output", "--homedir")
    return all(_is_settled(command, word, own_files) for word in (*words, *outputs))


def _mktemp_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    return not command.operands or all(_is_settled(command, word, own_files) for word in command.operands)


def _dpkg_is_settled(command: Invocation, own_files: Collection[str]) -> bool:
    takes_files = command.has_option("-i", "--install", "--unpack", "-x", "--extract")
    return not takes_files or all(_is_settled(command, word, own_files) for word in command.operands)


_READERS = {
    "curl": _reads_settled,
    "dpkg": _dpkg_is_settled,
    "find": _find_is_settled,
    "git": _git_is_settled,
    "gpg": _gpg_is_settled,
    "gpg2": _gpg_is_settled,
    "mktemp": _mktemp_is_settled,
    "tar": _tar_is_settled,
    "test": _test_is_settled,
    "wget": _reads_settled,
    "[": _test_is_settled,
    "[[": _test_is_settled,
}


def _installs_by_name(packages: PackageCommand, own_files: Collection[str]) -> bool:
    command = packages.command
    if packages.manager not in (*SYSTEM_MANAGERS, *_OTHER_MANAGERS) or packages.action not in _ACTIONS:
        return False
    if packages.manager == "npm" and not command.has_option("-g", "--global"):
        return False
    options = () if packages.manager in SYSTEM_MANAGERS else command.option_values(*_OPTIONS_OF_INSTALLERS)
    paths = [each.word for each in packages.packages if each.is_path]
    return all(_is_settled(command, word, own_files) for word in (*packages.files, *options, *paths))


def _output(command: Invocation) -> str | None:
    """The name under which `wget` or `curl` stores what it fetches."""
    if command.program not in ("curl", "wget"):
        return None
    is_curl = command.program == "curl"
    named = command.option_value(*(("-o", "--output") if is_curl else ("-O", "--output-document")))
    if named is not None:
        return named.value
    if is_curl != command.has_option("-O", "--remote-name") or len(command.operands) != 1:
        return None
    if command.has_option("-P", "--directory-prefix", "-J", "--remote-header-name"):
        return None
    return command.operands[0].value.rpartition("/")[2] or None
