"""The rule `pip-versions-unpinned`."""

import re
from collections.abc import Callable, Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.interpreters import before, python_of
from dfopt.rules.shared.pinning import bound_releases, name_releases
from dfopt.rules.shared.pins import is_bound, unpinned

_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")
_UNPINNED_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)\+[a-z]+://[^/]*/[^@]*")
_INSTALLS = ("install", "pip install", "tool install")
_NEUTRAL_OPTION = re.compile(
    r"-m|-[UqvI]+|--(?:upgrade|ignore-installed|force-reinstall|quiet|verbose|user|target|prefix|root|no-deps|compile"
    r"|no-compile|no-cache|no-cache-dir|cache-dir|disable-pip-version-check|no-input|break-system-packages|cert|proxy"
    r"|progress-bar|retries|timeout|default-timeout|root-user-action|upgrade-strategy|no-warn-script-location)(?:=.*)?"
)
_OPTION_OF_FILES = re.compile(
    r"--(?:no-binary|only-binary|prefer-binary|use-wheel|no-use-wheel|no-build-isolation|use-pep517|no-use-pep517"
    r"|global-option|install-option|config-settings|ignore-requires-python|trusted-host|use-feature)(?:=.*)?"
)
"""Options about which file of a release is taken and how it is built, and about the way to it."""
_SETTING = r"_\w*(?:INDEX|LINKS|CONSTRAINT|CONFIG|PRE\b|BINARY)"
_ANOTHER_INDEX = re.compile(rf"PIP{_SETTING}|UV{_SETTING}|pip\.conf|pip[0-9.]* config")
_COPIED = re.compile(r"site-packages|dist-packages|setup\.py")
_OF_PYTHON = ("pip", "uv", "poetry", "pipenv")
_IN_IMAGES = ("pip", "setuptools", "wheel")
_IN_DISTRIBUTIONS = (*_IN_IMAGES, "numpy", "requests")
"""What is there once a distribution's pip, or other packages of it, are installed."""


class PipVersionsUnpinned(Rule):
    """pip installs packages without a version.

    ## What it does

    Reports `pip install` and `uv pip install` of packages that have neither a version nor a bound, and of repositories
    without a commit or tag (`git+https://…@v1.2`). Files of requirements, folders and archives are left alone, and so
    is everything where a constraint (`-c`, `PIP_CONSTRAINT`) decides.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a new major version breaks the build or, worse, the
    program.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask==3.1.0
    ```

    ## Fix safety

    Unsafe: what is installed stops moving at the date of dfopt's catalogue: fixes no longer come by themselves. There
    is none where another index or constraints may decide.

    `pip==26.3` names the release that pip chooses. The catalogue knows that of a few tools, such as pip, setuptools
    and awscli. PyPI keeps each release for good, unless its authors delete it. Which release that is depends on the
    image's Python, as each release says which ones it is for; pip before 9 does not ask, so there the fix also keeps
    pip from a release that can't run. So that Python must be known by the official image or the distribution, all
    packages of the command must be such tools (those of one Python can be installed together), and none may be there
    already, which pip then leaves as it is, unless `--upgrade` is given.

    Elsewhere `"flask<=3.1.3"` names the newest release of a project, for the most downloaded ones. Nothing newer is
    installed from then on, and pip chooses among the rest as it does without: for the image's Python, whichever that
    is, by what its other packages need, or what is there already. So a build that passes installs the same, and one
    that fails (a pip before 9 with a Python that a release is not for) still does. What other packages pull in moves
    on. The one thing that changes is a package that is there in a release newer than the catalogue's, in an image made
    later or with a version of its own: that gives way to the older one. So there is no such fix behind an installation
    from sources.
    """

    id = "pip-versions-unpinned"
    aliases = ("DL3013",)
    help = "give each package a version, `flask==3.1.0`, or install from a file of requirements that does"
    fix_safety = Safety.UNSAFE
    managers = ("pip", "uv")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.verb not in _INSTALLS or command.has_option("-c", "--constraint", "--constraints"):
            return
        if "PIP_CONSTRAINT" in command.command.variables:
            return
        yield from unpinned(command, _is_pinned, _name_releases)


def _is_pinned(package: Package) -> bool:
    if _UNPINNED_REPOSITORY.fullmatch(package.name):
        return False
    return is_bound(package) or "/" in package.name or package.name.endswith(_ARCHIVES)


def _name_releases(command: PackageCommand) -> Fix | None:
    """The fix that names the releases pip chooses, or the newest ones that it may choose; None with another index."""
    options = [word.value for word in command.command.arguments if word.value.startswith("-")]
    if command.manager != "pip" or _ANOTHER_INDEX.search(command.run.stage.model.text):
        return None
    is_plain = all(map(_NEUTRAL_OPTION.fullmatch, options))
    if is_plain and (exact := _name_chosen(command)):
        return exact
    if is_plain or all(_NEUTRAL_OPTION.fullmatch(each) or _OPTION_OF_FILES.fullmatch(each) for each in options):
        return _name_newest(command)
    return None


def _name_chosen(command: PackageCommand) -> Fix | None:
    """The fix that names what pip chooses for the image's Python; None where something else may decide."""
    from dfopt.knowledge.tool_releases import pip_release

    python = python_of(command)
    if python is None:
        return None

    def release(package: Package) -> str | None:
        return pip_release(package.name, python)

    if not command.has_option("-U", "--upgrade", "-I", "--ignore-installed") and _may_be_there(command, release):
        return None
    return name_releases(command.packages, "==", release)


def _name_newest(command: PackageCommand) -> Fix | None:
    """The fix that admits nothing newer than today's newest releases, which leaves the choice among the rest to pip."""
    from dfopt.knowledge.tool_releases import newest_on_pypi

    if command.run.stage.is_windows or _is_built_before(command):
        return None
    return bound_releases(command, "<=", _is_pinned, lambda package: newest_on_pypi(package.name))


def _is_built_before(command: PackageCommand) -> bool:
    """Whether one of the packages may have been installed from its sources, which can be newer than what PyPI has."""
    from dfopt.knowledge.tool_releases import normalized

    text = command.run.stage.model.text
    earlier = [each for each in before(command) if each.is_install and each.manager in _OF_PYTHON]
    sources = any(package.is_path or "/" in package.name for each in earlier for package in each.packages)
    if not sources and not _COPIED.search(text):
        return False
    names = [re.escape(normalized(package.name)).replace(r"\-", "[-_.]") for package in command.packages]
    return re.search(rf"/(?:{'|'.join(names)})\b", text, re.IGNORECASE) is not None


def _may_be_there(command: PackageCommand, release: Callable[[Package], str | None]) -> bool:
    """Whether a package may be in the image before the command, so that pip leaves it as it is."""
    from dfopt.knowledge.tool_releases import normalized

    stage = command.run.stage
    base = base_of(stage)
    names = {normalized(package.name) for package in command.packages}
    brought = _IN_IMAGES if base and base.image == "python" else _IN_DISTRIBUTIONS
    if not names.isdisjoint(brought) or _COPIED.search(stage.model.text):
        return True
    for each in before(command):
        if each.is_install and each.manager in _OF_PYTHON:
            if each.manager != "pip" or each.files or not all(map(release, each.packages)):
                return True
        elif any(package.name.endswith(tuple(names)) for package in each.packages):
            return True
    return False
