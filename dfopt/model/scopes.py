"""Variables: what a word means where some of them are not known before the build."""

from collections.abc import Container, Mapping

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


class AllBut:
    """All names but some."""

    def __init__(self, names: Container[str] = ()) -> None:
        self._names = names

    def __contains__(self, name: object) -> bool:
        return name not in self._names


def expand_known(
    word: str, variables: Mapping[str, str], escape: str, *, unset: Container[str] = (), empty: Container[str] = ()
) -> str:
    """The word with quotes removed and all variables put in whose value is known; others stay as `$name`.

    `unset` are the variables that have no value without a `--build-arg`: `${name:-default}` gets its default, but a
    plain use stays as written, so that what is missing can be seen. `empty` are those that no build sets: a plain use
    vanishes. A word that the builder would refuse stays as it is.
    """
    if "$" not in word:
        return _expanded(word, variables, escape)
    unknown = [each for each in references(word, escape) if each.name not in variables]
    if all(each.name in empty or (each.operator and each.name in unset) for each in unknown):
        return _expanded(word, variables, escape)
    vanishing = {each.name: "" for each in unknown if each.name in empty}
    try:
        return WordReader(word, {**variables, **vanishing}, escape, keep_unset=True).read()
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
