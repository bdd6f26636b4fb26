"""The rule `program-leaves-foreground`."""

import re
from collections.abc import Callable, Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import Entry, entries
from dfopt.syntax.commands import Command, Context
from dfopt.syntax.nodes import Cmd, Entrypoint

_STARTS = frozenset({"restart", "start"})
_DAEMON_ON = re.compile(r"(?<!\w)daemon\s+on\b")


class ProgramLeavesForeground(Rule):
    """What the container runs goes to the background, and the container ends.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image whose last command starts a service and returns: `service nginx
    start`, `apachectl start`, `pm2 start`, `mongod --fork`, `gunicorn --daemon`, `catalina.sh start` and their like.

    ## Why is this bad

    A container lives as long as its first process. When that returns after it has started a daemon, the engine stops
    the container and kills the daemon.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    CMD service nginx start
    ```

    ```dockerfile
    FROM debian:12-slim
    CMD ["nginx", "-g", "daemon off;"]
    ```
    """

    id = "program-leaves-foreground"
    severity = Severity.ERROR
    help = "run the program in the foreground"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        found = entries(model)
        if any(each.is_exec_form and isinstance(each.instruction, Entrypoint) for each in found) and len(found) > 1:
            return
        for entry in found:
            if text := _leaves(entry):
                yield Finding(entry.instruction, f"`{text}` returns at once, and with it the container ends")


def _leaves(entry: Entry) -> str | None:
    """The last command of an entry, where it is known to return while its service runs on."""
    if not entry.commands:
        return None
    last = max(entry.commands, key=lambda each: each.start)
    if last.context and set(last.context) != {Context.SCRIPT}:
        return None
    words = [word.value for word in last.words]
    is_init_script = bool(words) and words[0].startswith(("/etc/init.d/", "/etc/rc.d/"))
    if is_init_script and _STARTS.intersection(words[1:2]):
        return " ".join(words[:2])
    check = _BACKGROUND.get(last.program)
    return " ".join(words[:3]) if check and check(last) else None


def _starts(command: Command) -> bool:
    return any(word.value in _STARTS for word in command.arguments[:1])


def _has(*options: str) -> Callable[[Command], bool]:
    return lambda command: any(word.value.partition("=")[0] in options for word in command.arguments)


def _service(command: Command) -> bool:
    return len(command.arguments) > 1 and command.arguments[1].value in _STARTS


def _apache(command: Command) -> bool:
    words = [word.value for word in command.arguments]
    return bool(_STARTS.intersection(words)) and not any("FOREGROUND" in word.upper() for word in words)


def _pm2(command: Command) -> bool:
    words = [word.value for word in command.arguments]
    return bool(_STARTS.intersection(words[:1])) and not {"--no-daemon", "--attach"}.intersection(words)


def _nginx(command: Command) -> bool:
    return any(_DAEMON_ON.search(word.value) for word in command.arguments)


def _redis(command: Command) -> bool:
    words = [word.value for word in command.arguments]
    return "--daemonize" in words and words[words.index("--daemonize") + 1 :][:1] == ["yes"]


_BACKGROUND: dict[str, Callable[[Command], bool]] = {
    "apache2ctl": _apache,
    "apachectl": _apache,
    "catalina.sh": _starts,
    "forever": _starts,
    "gunicorn": _has("-D", "--daemon"),
    "mongod": _has("--fork"),
    "nginx": _nginx,
    "php-fpm": _has("-D", "--daemonize"),
    "pm2": _pm2,
    "rabbitmq-server": _has("-detached"),
    "redis-server": _redis,
    "service": _service,
    "start-stop-daemon": _has("-b", "--background"),
    "unicorn": _has("-D", "--daemonize"),
    "uwsgi": _has("-d", "--daemonize"),
}
