"""What common programs do to files, by the manual page of each."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from dfopt.model.effects.effect import Effect, EffectKind
from dfopt.model.options import operands
from dfopt.model.paths import is_exact, join_path
from dfopt.model.shell_values import alternatives
from dfopt.syntax.commands import Word

if TYPE_CHECKING:
    from dfopt.model.invocations import Invocation

Handler = Callable[["Invocation"], Iterable[Effect]]

_DEVICE = re.compile(r"/(?:dev|proc|sys)(?:/|$)")
_COMPRESSED = re.compile(r"\.(?:gz|bz2|xz|zst|lzma|Z)$")


def redirect_effects(command: "Invocation") -> Iterator[Effect]:
    """The files that redirections write."""
    for redirect in command.redirects:
        if redirect.target is None or redirect.operator not in (">", ">|", ">>", "&>", "&>>"):
            continue
        kind = EffectKind.MODIFY if redirect.operator.endswith(">>") else EffectKind.CREATE
        yield from _effects(command, kind, [redirect.target])


def _effects(
    command: "Invocation",
    kind: EffectKind,
    words: Sequence[Word],
    *,
    certain: bool = True,
    recursive: bool = False,
    is_folder: bool = False,
    source: str | None = None,
) -> Iterator[Effect]:
    """One effect for each path that the words name."""
    for word in words:
        for text in _paths(command, word):
            contents_only = recursive and text.endswith(("/*", "/.*"))
            path = text.rpartition("/")[0] or "/" if contents_only else text
            if not _DEVICE.match(path):
                yield _effect(
                    command,
                    kind,
                    path,
                    certain=certain,
                    recursive=recursive,
                    contents_only=contents_only,
                    is_folder=is_folder,
                    source=source,
                )


def _effect(
    command: "Invocation",
    kind: EffectKind,
    path: str,
    *,
    certain: bool = True,
    recursive: bool = False,
    contents_only: bool = False,
    is_folder: bool = False,
    source: str | None = None,
    target: str | None = None,
) -> Effect:
    return Effect(
        kind=kind,
        path=path,
        by=command.run.instruction,
        command=command,
        certain=certain and is_exact(path),
        recursive=recursive,
        contents_only=contents_only,
        is_folder=is_folder,
        source=source,
        target=target,
    )


def _paths(command: "Invocation", word: Word) -> list[str]:
    path = command.path(word)
    return [path] if word.is_static or "{" not in path else alternatives(path)


def _mkdir(command: "Invocation") -> Iterator[Effect]:
    return _effects(command, EffectKind.CREATE, command.operands, is_folder=True)


def _touch(command: "Invocation") -> Iterator[Effect]:
    return _effects(command, EffectKind.MODIFY, command.operands)


def _rm(command: "Invocation") -> Iterator[Effect]:
    recursive = command.has_option("-r", "-R", "--recursive")
    return _effects(command, EffectKind.DELETE, command.operands, recursive=recursive)


def _unlink(command: "Invocation") -> Iterator[Effect]:
    return _effects(command, EffectKind.DELETE, command.operands)


def _find(command: "Invocation") -> Iterator[Effect]:
    """`find … -delete` and `-exec rm`: which of the files below, is not known."""
    values = [word.value for word in command.arguments]
    if "-delete" not in values and not any(
        program in ("rm", "/bin/rm") for action, program in pairwise(values) if action.startswith("-exec")
    ):
        return
    for word in command.arguments:
        if word.value.startswith(("-", "(", "!", "\\")):
            break
        for path in _paths(command, word):
            yield _effect(command, EffectKind.DELETE, path, certain=False, recursive=True, contents_only=True)


def _targets(command: "Invocation") -> Iterator[tuple[Word, str]]:
    """Each source of cp, mv, ln or install with the path it ends at."""
    folder = command.option_value("-t", "--target-directory")
    words = list(command.operands)
    if folder is None:
        if len(words) < 2:
            return
        folder = words.pop()
        is_folder = len(words) > 1 or folder.value.endswith(("/", "/.")) or folder.value in (".", "..")
    else:
        is_folder = True
    target = command.path(folder)
    for word in words:
        name = command.path(word).rpartition("/")[2]
        yield word, join_path(target, name) if is_folder and "*" not in name else target


def _cp(command: "Invocation") -> Iterator[Effect]:
    recursive = command.has_option("-r", "-R", "-a", "--recursive", "--archive")
    for word, target in _targets(command):
        source = command.path(word)
        is_certain = is_exact(source) and not recursive
        yield _effect(
            command,
            EffectKind.CREATE,
            target,
            certain=is_certain,
            recursive=recursive,
            is_folder=recursive,
            source=source,
        )


def _mv(command: "Invocation") -> Iterator[Effect]:
    for word, target in _targets(command):
        source = command.path(word)
        yield _effect(command, EffectKind.MOVE, source, recursive=True, target=target)
        is_certain = is_exact(source)
        yield _effect(command, EffectKind.CREATE, target, certain=is_certain, recursive=True, source=source)


def _ln(command: "Invocation") -> Iterator[Effect]:
    words = command.operands
    if len(words) == 1:
        path = command.join(command.path(words[0]).rpartition("/")[2])
        yield _effect(command, EffectKind.CREATE, path, source=command.path(words[0]))
    for word, target in _targets(command):
        yield _effect(command, EffectKind.CREATE, target, source=command.value(word))


def _install(command: "Invocation") -> Iterator[Effect]:
    if command.has_option("-d", "--directory"):
        yield from _effects(command, EffectKind.CREATE, command.operands, is_folder=True)
        return
    for word, target in _targets(command):
        yield _effect(command, EffectKind.CREATE, target, source=command.path(word))


def _chmod(command: "Invocation") -> Iterator[Effect]:
    """A mode may look like an option: `chmod -x FILE`."""
    words = [word for word in command.arguments if not re.fullmatch(r"-[RcfvhHLP]+|--.*", word.value)]
    return _attributes(command, EffectKind.CHMOD, words)


def _chown(command: "Invocation") -> Iterator[Effect]:
    return _attributes(command, EffectKind.CHOWN, command.operands)


def _attributes(command: "Invocation", kind: EffectKind, words: Sequence[Word]) -> Iterator[Effect]:
    paths = words if command.has_option("--reference") else words[1:]
    return _effects(command, kind, paths, recursive=command.has_option("-R", "--recursive"))


def _tar(command: "Invocation") -> Iterator[Effect]:
    modes = command.arguments[0].value if command.arguments else ""
    bundled = not modes.startswith("-")
    letters = (
        modes
        if bundled
        else "".join([word.value for word in command.arguments if re.fullmatch(r"-[A-Za-z]+", word.value)])
    )
    folder_word = command.option_value("-C", "--directory")
    archive_word = command.arguments[1] if bundled and "f" in modes and len(command.arguments) > 1 else None
    archive_word = archive_word or command.option_value("-f", "--file")
    archive = command.path(archive_word) if archive_word and archive_word.value != "-" else None
    if "x" in letters or command.has_option("--extract", "--get"):
        folder = command.path(folder_word) if folder_word else command.join(".")
        yield _effect(command, EffectKind.CREATE, folder, recursive=True, is_folder=True, source=archive or "-")
    elif archive and ("c" in letters or command.has_option("--create")):
        yield _effect(command, EffectKind.CREATE, archive)


def _unzip(command: "Invocation") -> Iterator[Effect]:
    if not command.operands or command.has_option("-l", "-t", "-p", "-v"):
        return
    folder_word = command.option_value("-d")
    folder = command.path(folder_word) if folder_word else command.join(".")
    archive = command.path(command.operands[0])
    yield _effect(command, EffectKind.CREATE, folder, recursive=True, is_folder=True, source=archive)


def _decompress(command: "Invocation") -> Iterator[Effect]:
    """Compression puts the result in the place of the file."""
    if command.has_option("-c", "--stdout", "--to-stdout", "-l", "-t"):
        return
    is_unpacking = command.program.startswith(("un", "gun", "bun")) or command.has_option("-d", "--decompress")
    for word in command.operands:
        path = command.path(word)
        result = _COMPRESSED.sub("", path) if is_unpacking else f"{path}.*"
        if result == path:
            continue
        if not command.has_option("-k", "--keep"):
            yield _effect(command, EffectKind.DELETE, path)
        yield _effect(command, EffectKind.CREATE, result, source=path)


def _curl(command: "Invocation") -> Iterator[Effect]:
    folder_word = command.option_value("--output-dir")
    folder = command.path(folder_word) if folder_word else command.join(".")
    addresses = [command.value(word) for word in (*command.operands, *command.option_values("--url"))]
    outputs = [word for word in command.option_values("-o", "--output") if word.value != "-"]
    for index, word in enumerate(outputs):
        source = addresses[index] if index < len(addresses) else None
        path = command.path(word) if folder_word is None else join_path(folder, command.value(word))
        if not _DEVICE.match(path):
            yield _effect(command, EffectKind.CREATE, path, source=source)
    if command.has_option("-O", "--remote-name", "--remote-name-all"):
        for address in addresses[len(outputs) :]:
            yield from _download(command, folder, address)


def _wget(command: "Invocation") -> Iterator[Effect]:
    addresses = [command.value(word) for word in command.operands]
    output = command.option_value("-O", "--output-document")
    if output is not None:
        path = command.path(output)
        if output.value != "-" and not _DEVICE.match(path):
            yield _effect(command, EffectKind.CREATE, path, source=addresses[0] if addresses else None)
        return
    if command.has_option("--spider"):
        return
    folder_word = command.option_value("-P", "--directory-prefix")
    for address in addresses:
        yield from _download(command, command.path(folder_word) if folder_word else command.join("."), address)


def _download(command: "Invocation", folder: str, address: str) -> Iterator[Effect]:
    name = re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2]
    if name:
        yield _effect(command, EffectKind.CREATE, join_path(folder, name), source=address)


def _git(command: "Invocation") -> Iterator[Effect]:
    words = command.operands
    if not words or words[0].value not in ("clone", "submodule"):
        return
    start = command.arguments.index(words[0]) + 1
    folder_word = command.option_value("-C") if start > 1 else None
    folder = command.path(folder_word) if folder_word else command.join(".")
    if words[0].value == "submodule":
        yield _effect(command, EffectKind.CREATE, join_path(folder, "."), certain=False, recursive=True, is_folder=True)
        return
    names = clone_operands(command)
    if not names:
        return
    address = command.value(names[0])
    name = command.value(names[1]) if len(names) > 1 else address.rstrip("/").removesuffix(".git").rpartition("/")[2]
    path = join_path(folder, name)
    yield _effect(command, EffectKind.CREATE, path, recursive=True, is_folder=True, source=address)


def clone_operands(command: "Invocation") -> tuple[Word, ...]:
    """The address that `git clone` is given, and the folder if one is named; empty for any other command."""
    words = command.operands
    if command.program != "git" or not words or words[0].value != "clone":
        return ()
    return operands(command.arguments[command.arguments.index(words[0]) + 1 :], _CLONE_OPTIONS)


_CLONE_OPTIONS = frozenset(
    "-b -c -j -o -u --branch --bundle-uri --config --depth --filter --jobs --origin --reference --revision"
    " --separate-git-dir --server-option --shallow-exclude --shallow-since --template --upload-pack".split()
)


def _docker_php_source(command: "Invocation") -> Iterator[Effect]:
    kinds = {"extract": EffectKind.CREATE, "delete": EffectKind.DELETE}
    for word in command.operands:
        if word.value in kinds:
            yield _effect(command, kinds[word.value], "/usr/src/php", recursive=True, is_folder=True)


def _tee(command: "Invocation") -> Iterator[Effect]:
    kind = EffectKind.MODIFY if command.has_option("-a", "--append") else EffectKind.CREATE
    return _effects(command, kind, command.operands)


def _sed(command: "Invocation") -> Iterator[Effect]:
    in_place = any(re.match(r"-[nErsz]*i|--in-place", word.value) for word in command.arguments)
    if not in_place:
        return iter(())
    has_script = command.has_option("-e", "-f", "--expression", "--file")
    return _effects(command, EffectKind.MODIFY, command.operands if has_script else command.operands[1:])


def _dd(command: "Invocation") -> Iterator[Effect]:
    for word in command.arguments:
        if word.value.startswith("of="):
            path = command.join(command.value(word)[3:])
            if not _DEVICE.match(path):
                yield _effect(command, EffectKind.CREATE, path)


def _modify(command: "Invocation") -> Iterator[Effect]:
    return _effects(command, EffectKind.MODIFY, command.operands)


def _build_folder(*names: str) -> Handler:
    """A build tool of which it is only known in which folders it keeps things."""

    def handler(command: "Invocation") -> Iterator[Effect]:
        home = command.variables.get("HOME", "~")
        for name in names:
            path = command.join(name.replace("~", home, 1))
            yield _effect(command, EffectKind.CREATE, path, certain=False, recursive=True, is_folder=True)

    return handler


PROGRAMS: dict[str, Handler] = {
    "bunzip2": _decompress,
    "bzip2": _decompress,
    "chgrp": _chown,
    "chmod": _chmod,
    "chown": _chown,
    "cp": _cp,
    "curl": _curl,
    "dd": _dd,
    "docker-php-source": _docker_php_source,
    "find": _find,
    "git": _git,
    "gradle": _build_folder("~/.gradle"),
    "gradlew": _build_folder("~/.gradle"),
    "gunzip": _decompress,
    "gzip": _decompress,
    "install": _install,
    "ln": _ln,
    "mkdir": _mkdir,
    "mv": _mv,
    "mvn": _build_folder("~/.m2"),
    "mvnw": _build_folder("~/.m2"),
    "rm": _rm,
    "rmdir": _unlink,
    "sed": _sed,
    "strip": _modify,
    "tar": _tar,
    "tee": _tee,
    "touch": _touch,
    "truncate": _modify,
    "unlink": _unlink,
    "unxz": _decompress,
    "unzip": _unzip,
    "wget": _wget,
    "xz": _decompress,
}
