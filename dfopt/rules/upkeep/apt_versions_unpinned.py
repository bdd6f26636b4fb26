"""The rule `apt-versions-unpinned`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.lists_of_apt import has_sources_of_base
from dfopt.rules.shared.pinning import name_releases
from dfopt.rules.shared.pins import is_bound, unpinned

_HAVE_NO_OTHER_SOURCES = frozenset(
    "buildpack-deps debian erlang gcc golang node openjdk perl python ruby rust ubuntu".split()
)
_KNOW_PATTERNS = ("apt", "apt-get")
_CHOOSE_OTHERWISE = ("-t", "--target-release", "--default-release", "-o", "--option", "-c", "--config-file")


class AptVersionsUnpinned(Rule):
    """apt installs packages without a version.

    ## What it does

    Reports `apt-get install` (and `apt`, `aptitude`) of packages that have neither a version (`curl=7.88.1-10`) nor a
    release (`curl/bookworm`). Files and addresses of packages are versions in themselves.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a cached layer gives yet another one. The archives of
    Debian and Ubuntu keep only the newest version of a release, so that a full version written today breaks the build
    as soon as a security update replaces it. Pin to a pattern (`curl=7.88.*`), install from a dated snapshot of the
    archive, or pin the base image by its digest and accept what it brings.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.*
    ```

    ## Fix safety

    Names the line of versions that the release of the base stays with, `7.88.*` for curl of Debian 12, by a catalogue
    of the archives' indexes (`bench/catalogue/apt_lines.py`). There is a fix only where the base's tag names the
    release, nothing in front of the command adds or may add another source of packages, and all of the command's
    packages without a version have such a line.

    Unsafe: updates keep to the line by the distribution's policy, and browsers, virus scanners and dated lists
    (`ca-certificates`, `tzdata`), which don't, are not pinned before the end of a release, but a policy is no promise;
    and whoever moves the base to its next release has to move the patterns, too.
    """

    id = "apt-versions-unpinned"
    aliases = ("DL3008",)
    help = "give each package a version, `curl=7.88.*`, or install from a snapshot of the archive"
    fix_safety = Safety.UNSAFE
    managers = ("apt",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb in ("install", "reinstall"):
            yield from unpinned(command, _is_pinned, _name_lines)


def _name_lines(command: PackageCommand) -> Fix | None:
    base = base_of(command.run.stage)
    if base is None or base.image not in _HAVE_NO_OTHER_SOURCES or not base.states_release:
        return None
    if command.tool not in _KNOW_PATTERNS or command.has_option(*_CHOOSE_OTHERWISE) or command.run.is_trigger:
        return None
    from dfopt.knowledge.packages import has_lines, version_line

    family, release = base.family or "", base.release or ""
    if not has_lines(family, release) or not has_sources_of_base(command):
        return None
    unpinned_ones = [each for each in command.packages if not _is_pinned(each)]
    return name_releases(unpinned_ones, "=", lambda package: version_line(family, release, package.name))


def _is_pinned(package: Package) -> bool:
    return is_bound(package) or package.name.endswith((".deb", "-"))
