"""The rule `secret-file-copied`."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase, translate

from dfopt.model.copies import CopyFacts, Source, SourceKind
from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.syntax.nodes import Add, Copy

_NAMES = {
    "id_rsa": "a private key",
    "id_dsa": "a private key",
    "id_ecdsa": "a private key",
    "id_ed25519": "a private key",
    "*.ppk": "a private key",
    "*.p12": "a key store",
    "*.pfx": "a key store",
    "*.jks": "a key store",
    "*.keystore": "a key store",
    "*.kdbx": "a password store",
    "*.pem": "a private key",
    "*.key": "a private key",
    ".env": "settings with secrets",
    ".env.*": "settings with secrets",
    ".npmrc": "a token of the npm registry",
    ".yarnrc.yml": "a token of the npm registry",
    ".pypirc": "a password of the Python package index",
    ".netrc": "passwords of servers",
    ".git-credentials": "passwords of servers",
    ".pgpass": "passwords of databases",
    ".my.cnf": "passwords of databases",
    ".htpasswd": "passwords",
    ".dockercfg": "passwords of registries",
    ".dockerconfigjson": "passwords of registries",
    ".aws": "keys of a cloud account",
    ".azure": "keys of a cloud account",
    ".kube": "keys of a cluster",
    ".ssh": "private keys",
    ".gnupg": "private keys",
    "kubeconfig": "keys of a cluster",
    "application_default_credentials.json": "keys of a cloud account",
    "service-account*.json": "keys of a cloud account",
    "service_account*.json": "keys of a cloud account",
    "terraform.tfstate": "secrets of an infrastructure",
    "*.tfvars": "secrets of an infrastructure",
}
"""Patterns of file names, and what such a file usually holds."""

_ANY_NAME = re.compile("|".join(translate(pattern) for pattern in _NAMES))

_PATHS = {
    ".aws/credentials": "keys of a cloud account",
    ".docker/config.json": "passwords of registries",
    ".kube/config": "keys of a cluster",
    "config/master.key": "the key of Rails' credentials",
}
_HARMLESS = re.compile(
    r"(?:^|[._-])(?:ca|cacerts?|cert|certs|certificates?|chain|fullchain|bundle|dh|dhparams?|pub|public|pubkey|dist|default"
    r"|defaults|example|sample|schema|template|tmpl|tpl|apt|archive|gpg|trust|truststore|release|repo|signing|js|ts|py|sh)(?:[._-]|$)",
    re.IGNORECASE,
)
_PUBLIC_KEY_TOOLS = ("apt-key", "gpg", "gpg2", "rpm", "rpmkeys")


class SecretFileCopied(Rule):
    """A file of secrets is copied into the image.

    ## What it does

    Reports a COPY or ADD whose source has the name of a file that holds keys or passwords: `id_rsa`, `.env`, `.npmrc`,
    `.netrc`, `.pypirc`, `.aws`, `.ssh`, `*.pem`, `*.key`, `*.p12` and their like. Names that tell a certificate, a
    public key or an example are left out, and so are keys that the file hands to apt-key, gpg or rpm.

    ## Why is this bad

    Whoever can pull the image can read each of its layers, also what a later layer deletes. In a stage that does not
    ship, the secret still lies in the build cache, and in the registry where the cache is exported.

    ## Example

    ```dockerfile
    FROM node:22-slim
    COPY .npmrc package.json ./
    RUN npm install
    ```

    ```dockerfile
    FROM node:22-slim
    COPY package.json ./
    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm install
    ```
    """

    id = "secret-file-copied"
    help = "take it from a secret: RUN --mount=type=secret,id=…, or hand it to the container when it starts"
    instructions = (Copy, Add)

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        where = "the image" if ships(stage) else "the build cache"
        for copy in stage.copies:
            for source in copy.sources:
                if holds := _holds(source, copy, model):
                    yield Finding(source.word, f"{source.text} mostly holds {holds}, and is then in {where}")


def _holds(source: Source, copy: CopyFacts, model: Model) -> str | None:
    """What a source usually holds that nobody should see."""
    if source.kind not in (SourceKind.CONTEXT, SourceKind.STAGE) or not source.name:
        return None
    path = f"/{source.text.strip('/')}"
    if found := next((what for known, what in _PATHS.items() if path.endswith(f"/{known}")), None):
        return found
    name = source.name.lower()
    if not _ANY_NAME.match(name):
        return None
    pattern = next(each for each in _NAMES if fnmatchcase(name, each))
    if _HARMLESS.search(name.lstrip(".")):
        return None
    if pattern in ("*.pem", "*.key") and (source.has_glob or _is_public_key(copy, model)):
        return None
    return _NAMES[pattern]


def _is_public_key(copy: CopyFacts, model: Model) -> bool:
    """Whether a key is one that packages are verified with."""
    folders = ("/etc/apt", "/usr/share/keyrings", "/etc/pki/rpm-gpg", "/etc/apk/keys")
    return copy.destination.startswith(folders) or bool(model.commands_named(*_PUBLIC_KEY_TOOLS))
