"""The rule `secret-in-variable`."""

import re
from collections.abc import Iterator
from functools import lru_cache

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Option, Rule
from dfopt.syntax.nodes import Arg, Env, Setting

_SECRET = re.compile(
    r"(?:^|_)(?:auth|credentials?|pword|pwd|pass|secrets?|tokens?|private)(?:_|$)"
    r"|password|passwd|passphrase|secret|api_?key|access_?key|client_?key|token$",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?:^|_)KEYS?(?:_|$)|[a-z]Key$")
_HARMLESS = re.compile(
    r"(?:^|_)(?:public|pub|file|path|dir|version|url|uri|host|port|server|servers|ttl|length|size|expiry|expires|lifetime|timeout"
    r"|enabled?|disabled?|required|type|method|name|fingerprint|keyring|keyserver|sock|header|policy)(?:_|$)"
    r"|(?:gpg|pgp)_?keys?|^ssh_auth|_id$",
    re.IGNORECASE,
)
_IS_ONE = re.compile(r"(?:password|passwd|passphrase|pwd|secret|token)$", re.IGNORECASE)
"""Names that end so are of a secret itself, whoever it belongs to: `EMAIL_HOST_PASSWORD`, `SERVER_TOKEN`."""
_OPEN = re.compile(r"(?:^|_)(?:public|pub|enabled?|disabled?|required)(?:_|$)", re.IGNORECASE)
_NAMES = frozenset(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))


class SecretInVariable(Rule):
    """A secret is handed to the build or the container by ARG or ENV.

    ## What it does

    Reports ARG and ENV with the name of a secret: `API_KEY`, `DB_PASSWORD`, `GITHUB_TOKEN`. Names of what belongs to a
    secret (`TOKEN_URL`, `PASSWORD_FILE`, `GPG_KEY`), and variables that are set to nothing or to `true` and its like,
    are fine.

    ## Why is this bad

    ENV is in the image, and ARG in its history, for everybody who can pull it.

    ## Example

    ```dockerfile
    FROM node:22-slim
    ARG NPM_TOKEN
    RUN npm ci
    ```

    ```dockerfile
    FROM node:22-slim
    RUN --mount=type=secret,id=npm-token,env=NPM_TOKEN npm ci
    ```
    """

    id = "secret-in-variable"
    aliases = ("DL3064", "SecretsUsedInArgOrEnv")
    help = "give secrets to the build by RUN --mount=type=secret, and to the container when it starts"
    instructions = (Arg, Env)
    allowed = Option[tuple[str, ...]]((), "Names of variables that are no secrets.")

    def check_instruction(self, instruction: Arg | Env, model: Model) -> Iterator[Finding]:
        for setting in instruction.settings:
            name = setting.name.value.strip("\"'")
            if _is_secret(name) and name not in self.allowed and not _is_harmless(setting, instruction):
                shown = "history" if isinstance(instruction, Arg) else "configuration"
                yield Finding(setting, f"{name} looks like a secret, and can be read in the image's {shown}")


@lru_cache(4096)
def _is_secret(name: str) -> bool:
    if name in _NAMES:
        return True
    harmless = _OPEN if _IS_ONE.search(name) else _HARMLESS
    return bool(_SECRET.search(name) or _KEY.search(name)) and not harmless.search(name)


def _is_harmless(setting: Setting, instruction: Arg | Env) -> bool:
    """Whether the value is none: nothing, a switch, or a path."""
    if setting.value is None:
        return False
    value = setting.value.value.strip("\"'")
    if value == "":
        return isinstance(instruction, Env)
    return value.lower() in ("true", "false", "yes", "no", "0", "1") or value.startswith("/")
