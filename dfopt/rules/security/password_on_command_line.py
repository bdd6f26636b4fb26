"""The rule `password-on-command-line`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Word

_OPTIONS = (
    "--password",
    "--passwd",
    "--http-password",
    "--ftp-password",
    "--proxy-password",
    "--db-password",
    "--token",
)
_SHORT = {
    "docker": ("-p",),
    "mongo": ("-p",),
    "mongosh": ("-p",),
    "redis-cli": ("-a",),
    "sshpass": ("-p",),
}
_GLUED = frozenset({"mariadb", "mariadb-admin", "mysql", "mysqladmin", "mysqldump", "mysqlimport"})
"""Programs whose `-p` has its value in the same word."""

_ACCOUNTS = frozenset({"useradd", "usermod"})
_WITH_USER = ("curl", "-u", "--user", "-U", "--proxy-user")
_PROGRAMS = (_WITH_USER[0], *_SHORT, *_GLUED)
_MARKS = (b"--pass", b"--token", b"-password")
_PLACEHOLDER = re.compile(r"[$`<{*]|x+\Z|-|/run/secrets/|(?:true|false|stdin|env:|file:)", re.IGNORECASE)


class PasswordOnCommandLine(Rule):
    """A password is an argument of a command.

    ## What it does

    Reports a password that stands as text in an option of a RUN's command: `--password=…`, `curl -u user:…`,
    `mysql -p…`, `sshpass -p …`, `docker login -p …` and their like. Variables are left to the rules about ARG and ENV,
    `useradd` and `usermod` to that about passwords in the image.

    ## Why is this bad

    The command line is in the history of the image, for everybody who can pull it.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -u deploy:hunter2 -O https://files.example.com/tool.tar.gz
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN --mount=type=secret,id=netrc,target=/root/.netrc curl --netrc -O https://files.example.com/tool.tar.gz
    ```
    """

    id = "password-on-command-line"
    help = "hand it to the build by RUN --mount=type=secret, and let the command read it from there"

    def check_file(self, model: Model) -> Iterator[Finding]:
        has_option = any(mark in model.data for mark in _MARKS)
        for command in model.commands if has_option else model.commands_named(*_PROGRAMS):
            for word in _passwords(command):
                yield Finding(word, f"a password of {command.program} is in the history of the image")


def _passwords(command: Invocation) -> Iterator[Word]:
    program = command.program
    if program in _ACCOUNTS:
        return
    if any(word.value.startswith("--") for word in command.arguments):
        yield from (word for word in command.option_values(*_OPTIONS) if _is_secret(word, word.value))
    if program in _SHORT:
        yield from (word for word in command.option_values(*_SHORT[program]) if _is_secret(word, word.value))
    if program == _WITH_USER[0]:
        pairs = command.option_values(*_WITH_USER[1:])
        yield from (word for word in pairs if _is_secret(word, word.value.partition(":")[2]))
    if program in _GLUED:
        glued = (word for word in command.arguments if word.value.startswith("-p") and word.value[:3] != "-p=")
        yield from (word for word in glued if _is_secret(word, word.value[2:]))


def _is_secret(word: Word, secret: str) -> bool:
    return word.is_static and bool(secret) and not _PLACEHOLDER.match(secret)
