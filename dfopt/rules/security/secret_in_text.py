"""The rule `secret-in-text`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.texts import Range

_SHAPES = (
    (b"AKIA", "an access key of AWS", rb"\bAKIA(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b"),
    (b"ASIA", "an access key of AWS", rb"\bASIA[0-9A-Z]{16}\b"),
    (b"gh", "a token of GitHub", rb"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    (b"github_pat_", "a token of GitHub", rb"\bgithub_pat_[A-Za-z0-9_]{60,}\b"),
    (b"glpat-", "a token of GitLab", rb"\bglpat-[\w-]{20}"),
    (b"xox", "a token of Slack", rb"\bxox[abprs]-[0-9A-Za-z]{8,}-[0-9A-Za-z-]{8,}"),
    (b"_live_", "a key of Stripe", rb"\b[sr]k_live_[0-9A-Za-z]{20,}"),
    (b"AIza", "a key of Google", rb"\bAIza[0-9A-Za-z_-]{35}"),
    (b"npm_", "a token of npm", rb"\bnpm_[A-Za-z0-9]{36}\b"),
    (b"pypi-", "a token of PyPI", rb"\bpypi-AgE[\w-]{50,}"),
    (b"dckr_pat_", "a token of Docker Hub", rb"\bdckr_pat_[\w-]{20,}"),
    (b"hf_", "a token of Hugging Face", rb"\bhf_[A-Za-z]{34}\b"),
    (b"SG.", "a key of SendGrid", rb"\bSG\.[\w-]{22}\.[\w-]{43}"),
    (b"sk-ant-", "a key of Anthropic", rb"\bsk-ant-[\w-]{24,}"),
    (b"T3BlbkFJ", "a key of OpenAI", rb"\bsk-[\w-]*T3BlbkFJ[\w-]{16,}"),
    (b"PRIVATE KEY", "a private key", rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    (b"@", "a password in an address", rb"""://[^\s/:@'"<>$]*:(?P<secret>[^\s/@'"<>]+)@"""),
    (b"@", "a token in an address", rb"://(?P<secret>[0-9a-f]{32,64})@"),
)
"""A text that the shape needs (looked for first, as that costs little), what it is, and the shape."""

_SCHEME = b"abcdefghijklmnopqrstuvwxyz0123456789+.-"
_PLACEHOLDER = re.compile(
    rb"\$|[*x]+\Z|\.\.\.|%|\{|(?:user|pass|passwd|password|secret|token|pwd|changeme|postgres|root|admin|guest|test|x-oauth-basic"
    rb"|git)\Z",
    re.IGNORECASE,
)


class SecretInText(Rule):
    """A secret stands in the Dockerfile.

    ## What it does

    Reports text that has the shape of a secret, wherever it stands: keys of AWS, Google, Stripe, OpenAI, tokens of
    GitHub, GitLab, Slack, npm, PyPI, Docker Hub, private keys, passwords and tokens in addresses
    (`https://user:password@host`). Variables and placeholders are no secrets.

    ## Why is this bad

    The text of each instruction is in the history of the image, for everybody who can pull it, and in that of the
    repository. What was once published must be taken as known, so that it has to be revoked and made anew.

    ## Example

    ```dockerfile
    FROM alpine:3.22
    RUN wget https://deploy:9f2c1b7e@files.example.com/tool.tar.gz
    ```

    ```dockerfile
    FROM alpine:3.22
    RUN --mount=type=secret,id=netrc,target=/root/.netrc wget https://files.example.com/tool.tar.gz
    ```
    """

    id = "secret-in-text"
    aliases = ("tally/secrets-in-code",)
    help = "revoke it, and hand the new one to the build by RUN --mount=type=secret"

    def check_file(self, model: Model) -> Iterator[Finding]:
        data = model.data
        for mark, what, shape in _SHAPES:
            if mark in data:
                for match in re.finditer(shape, data):
                    secret = match.groupdict().get("secret")
                    if secret is None or not _PLACEHOLDER.match(secret):
                        start = len(data[: match.start()].rstrip(_SCHEME)) if secret else match.start()
                        yield Finding(Range(start, match.end()), f"{what} stands in the file")
