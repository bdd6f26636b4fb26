"""Variables: what a word means where some of them are not known before the build."""

from collections.abc import Mapping

from dfopt.syntax.words import WordError, WordReader, expand, references

PLATFORM_ARGS = frozenset(
    "BUILDPLATFORM BUILDOS BUILDOSVERSION BUILDARCH BUILDVARIANT"
    " TARGETPLATFORM TARGETOS TARGETOSVERSION TARGETARCH TARGETVARIANT TARGETSTAGE".split()
)
"""Global arguments that BuildKit sets by itself (``defaultArgs`` in ``dockerfile2llb/platform.go``)."""

PREDEFINED_ARGS = frozenset(
    name
    for lower in ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")
    for name in (lower, lower.upper())
)
"""Arguments that need no ARG: a build argument of that name is set in every RUN (Docker's Dockerfile reference)."""

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""PATH of an image that is made from nothing (``system.DefaultPathEnvUnix`` of BuildKit)."""


def expand_known(
    word: str, variables: Mapping[str, str], escape: str, *, unset: frozenset[str] | None = frozenset()
) -> str:
    """The word with quotes removed and all variables put in whose value is known; others stay as ``$name``.

    `unset` names the variables that are known to have no value, None says that this is so for all others. A plain
    use of one of them stays as written too, so that what is missing can be seen; `${name:-default}` gets its default.
    A word that the builder would refuse stays as it is.
    """
    if "$" not in word:
        return _expanded(word, variables, escape)
    unknown = [each for each in references(word, escape) if each.name not in variables]
    if all(each.operator and (unset is None or each.name in unset) for each in unknown):
        return _expanded(word, variables, escape)
    try:
        return WordReader(word, variables, escape, keep_unset=True).read()
    except WordError:
        return word


def is_resolved(text: str) -> bool:
    """Whether `expand_known` left no variable in a text."""
    return "$" not in text


def _expanded(word: str, variables: Mapping[str, str], escape: str) -> str:
    try:
        return expand(word, variables, escape)
    except WordError:
        return word
