"""The rule `sudo-without-password`."""

import re
from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.texts import texts, written
from dfopt.syntax.commands import Word
from dfopt.syntax.nodes import Add, Copy, Run

_RULE = re.compile(r"NOPASSWD\s*:\s*ALL|permit\s+nopass")


class SudoWithoutPassword(Rule):
    """A user may become root without a password.

    ## What it does

    Reports a RUN or a here-document of COPY that writes a rule `NOPASSWD: ALL` for sudo, or `permit nopass` for doas,
    in a stage whose layers ship. Rules for single commands are left out.

    ## Why is this bad

    USER is then a matter of form: whoever breaks into the program is root with one more word.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN echo 'app ALL=(root) NOPASSWD: /usr/sbin/nginx -s reload' > /etc/sudoers.d/app
    ```
    """

    id = "sudo-without-password"
    help = "do in the build, or before the switch of the user, what needs root"
    instructions = (Add, Copy, Run)

    def check_file(self, model: Model) -> Iterator[Finding]:
        if b"NOPASSWD" not in model.data and b"nopass" not in model.data:
            return
        for stage in (each for each in model.stages if ships(each)):
            for command in stage.commands:
                if word := next((each for each in texts(command) if _permits(each, command)), None):
                    yield Finding(word, "a user may become root without a password")
            for copy in stage.copies:
                for source in copy.sources:
                    if source.heredoc and _RULE.search(source.heredoc.content):
                        yield Finding(source.heredoc.body, "a user may become root without a password")


def _permits(word: Word, command: Invocation) -> bool:
    is_address = command.program in ("grep", "sed") and word.value.lstrip().startswith("/")
    return _RULE.search(written(word)) is not None and not is_address
