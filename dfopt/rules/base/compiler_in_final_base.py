"""The rule `compiler-in-final-base`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.final_base import finding, runs_one_of
from dfopt.syntax.nodes import Cmd, Entrypoint

_TOOLS = frozenset(
    "cabal cargo clang cmake g++ gcc ghc ghci go make rustc stack swift swiftc xcrun csc msbuild".split()
    + "air bash cargo-watch fresh ginkgo gotestsum reflex sh zsh".split()
)
_TOOL_VERBS = frozenset({"build", "fsi", "publish", "restore", "run", "script", "test", "tool", "watch"})
"""What dotnet does besides running a program."""


class CompilerInFinalBase(Rule):
    """The final image stands on the image of a compiler.

    ## What it does

    Reports a final image that runs a compiled program on the image of its compiler: golang, rust, gcc, haskell, swift,
    the .NET SDK. Images that run the compiler itself, or a shell, are left out.

    ## Why is this bad

    The compiler, its standard library as sources, Git and a C toolchain ship with each copy of the program: several
    hundred megabytes that it never opens, with all their holes.

    ## Example

    ```dockerfile
    FROM golang:1.26
    COPY . .
    RUN go build -o /server .
    CMD ["/server"]
    ```

    ```dockerfile
    FROM golang:1.26 AS build
    COPY . .
    RUN CGO_ENABLED=0 go build -o /server .

    FROM gcr.io/distroless/static-debian13
    COPY --from=build /server /server
    CMD ["/server"]
    ```
    """

    id = "compiler-in-final-base"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        found = finding(model, lambda base: base.language not in (None, "java"))
        if found and not runs_one_of(model, _TOOLS, {"dotnet": _TOOL_VERBS}):
            yield found
