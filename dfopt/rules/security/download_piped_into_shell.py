"""The rule `download-piped-into-shell`."""

from collections.abc import Iterator

from dfopt.model.invocations import Invocation
from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.downloads import runner_of


class DownloadPipedIntoShell(Rule):
    r"""What is downloaded is run at once.

    ## What it does

    Reports curl or wget whose output a shell or an interpreter runs: `curl … | sh`, `wget -O- … | bash`,
    `bash <(curl …)`, `sh -c "$(curl …)"`, `eval "$(curl …)"`.

    ## Why is this bad

    Nobody sees what runs, as root, in the build: the server, or whoever answers in its name, may send something else
    tomorrow, or to this address alone. A download that breaks off runs half a script, and without `pipefail` the build
    goes on when nothing came at all.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN curl -fsSL https://example.com/install.sh | sh
    ```

    ```dockerfile
    FROM debian:12-slim
    ADD --checksum=sha256:9b2c1d3e4f5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0 \
        https://example.com/install.sh /tmp/install.sh
    RUN sh /tmp/install.sh
    ```
    """

    id = "download-piped-into-shell"
    help = "fetch a fixed version by ADD --checksum=…, or verify it by sha256sum -c, and run it then"
    commands = ("curl", "wget")

    def check_command(self, command: Invocation, model: Model) -> Iterator[Finding]:
        if runner := runner_of(command):
            yield Finding(command, f"{runner} runs what {command.program} fetches, whatever that is")
