"""The rule `unused-ignore`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.ignores import Ignore
from dfopt.rules.rule import Finding, Rule


class UnusedIgnore(Rule):
    """A comment silences what is not reported.

    ## What it does

    Reports `# dfopt: ignore[…]` and `# dfopt: ignore-file[…]` that silence nothing, or name a rule that there is not.
    It is off unless selected, and looks only at the rules that are on.

    ## Why is this bad

    What was wrong has been mended, or the name is misspelt. Left in place, the comment silences the next real finding,
    and says to readers that something is wrong that is not.

    ## Example

    ```dockerfile
    # dfopt: ignore[add-instead-of-coppy] needed by the old builder
    FROM debian:12-slim
    ```
    """

    id = "unused-ignore"
    severity = Severity.HINT
    help = "take the comment out, or mend the name"
    default = False

    def check_ignore(self, ignore: Ignore, model: Model) -> Iterator[Finding]:
        if not ignore.is_own:
            return
        if not ignore.names:
            yield Finding(ignore.span, "the comment is not understood", help="write `# dfopt: ignore[RULE] reason`")
        elif ignore.unknown:
            yield Finding(ignore.span, f"no rule is called {' or '.join(ignore.unknown)}")
        else:
            yield Finding(ignore.span, f"nothing is silenced by ignore[{', '.join(ignore.names)}]")
