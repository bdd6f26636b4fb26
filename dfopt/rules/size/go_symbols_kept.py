"""The rule `go-symbols-kept`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.commands import Context

_OPTION = '-ldflags="-s -w"'
_DECIDING = ("ldflags", "gcflags", "race", "cover")
_STRIPS = ("strip", "upx")


class GoSymbolsKept(Rule):
    """A Go program ships with its symbols and debug information.

    ## What it does

    Reports `go build` and `go install` without `-ldflags`, in stages that the final image needs. Files that set
    `GOFLAGS`, or that strip programs, are left alone.

    ## Why is this bad

    About a quarter of a Go program is there for debuggers only; the stack traces of a panic don't need it. No price is
    stated, for it is that of the program.

    ## Example

    ```dockerfile
    FROM golang:1.24 AS build
    RUN go build -o /app .
    FROM scratch
    COPY --from=build /app /app
    ```

    ```dockerfile
    FROM golang:1.24 AS build
    RUN go build -ldflags="-s -w" -o /app .
    FROM scratch
    COPY --from=build /app /app
    ```

    ## Fix safety

    Unsafe: the program does the same, but a debugger can no longer be attached to it, nor can it read its own debug
    information.
    """

    id = "go-symbols-kept"
    severity = Severity.HINT
    help = f"add {_OPTION}"
    fix_safety = Safety.UNSAFE
    commands = ("go",)

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        verb = command.operands[0] if command.operands else None
        if verb is None or verb.value not in ("build", "install") or not command.stage.is_needed:
            return
        is_decided = any(word.value.lstrip("-").startswith(_DECIDING) for word in command.arguments)
        if is_decided or b"GOFLAGS" in model.data or model.commands_named(*_STRIPS):
            return
        fix = None
        if command.script and Context.SCRIPT not in command.context:
            fix = Fix(Safety.UNSAFE, f"add {_OPTION}", insert_word_after(command, verb, _OPTION))
        yield Finding(command, f"go {verb.value} keeps what only debuggers read", fix=fix)
