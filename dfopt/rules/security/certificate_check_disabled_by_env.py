"""The rule `certificate-check-disabled-by-env`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.syntax.nodes import Arg, Env, Instruction

_OFF = frozenset({"0", "false", "no", "off"})
_ON = frozenset({"1", "true", "yes", "on"})
_SETTINGS = {
    "CONDA_SSL_VERIFY": _OFF,
    "GIT_SSL_NO_VERIFY": _ON,
    "NODE_TLS_REJECT_UNAUTHORIZED": frozenset({"0"}),
    "NPM_CONFIG_STRICT_SSL": _OFF,
    "PYTHONHTTPSVERIFY": frozenset({"0"}),
    "YARN_ENABLE_STRICT_SSL": _OFF,
}
"""Variables, and the values by which they turn the check off."""

_HOSTS = frozenset({"GOINSECURE", "PIP_TRUSTED_HOST"})
"""Variables that name hosts whose certificates are not checked."""


class CertificateCheckDisabledByEnv(Rule):
    """A variable turns the check of certificates off.

    ## What it does

    Reports ENV and ARG that give `NODE_TLS_REJECT_UNAUTHORIZED`, `PYTHONHTTPSVERIFY`, `GIT_SSL_NO_VERIFY`,
    `NPM_CONFIG_STRICT_SSL`, `CONDA_SSL_VERIFY`, `PIP_TRUSTED_HOST` or `GOINSECURE` a value by which certificates are
    not checked.

    ## Why is this bad

    Anybody on the way can answer in the server's name. ENV works in the container too, on all that the program
    itself connects to.

    ## Example

    ```dockerfile
    FROM node:22-slim
    ENV NODE_TLS_REJECT_UNAUTHORIZED=0
    ```

    ```dockerfile
    FROM node:22-slim
    ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/company.pem
    ```
    """

    id = "certificate-check-disabled-by-env"
    aliases = ("CKV2_DOCKER_5", "CKV2_DOCKER_6", "CKV2_DOCKER_12", "CKV2_DOCKER_14", "CKV2_DOCKER_16")
    help = "leave the check on, and add the certificate of your own authority to the image"
    instructions = (Arg, Env)

    def check_instruction(self, instruction: Instruction, model: Model) -> Iterator[Finding]:
        if not isinstance(instruction, (Arg, Env)):
            return
        for setting in instruction.settings:
            name = setting.name.value.upper()
            if setting.value is None or (name not in _SETTINGS and name not in _HOSTS):
                continue
            value = model.expand(setting.value.value, instruction)
            if value.lower() in _SETTINGS.get(name, ()) or (name in _HOSTS and value):
                yield Finding(setting, f"{setting.name.value} turns the check of certificates off")
