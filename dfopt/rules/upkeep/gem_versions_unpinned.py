"""The rule `gem-versions-unpinned`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.pins import is_bound, unpinned


class GemVersionsUnpinned(Rule):
    """gem installs packages without a version.

    ## What it does

    Reports `gem install` of gems without a version, be it `bundler:2.6.2` or `-v 2.6.2`. Files of gems are left alone.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a new version may need a newer Ruby than the base has.
    There is no fix, for only you know which version the program was tested with.

    ## Example

    ```dockerfile
    FROM ruby:3.4-slim
    RUN gem install bundler
    ```

    ```dockerfile
    FROM ruby:3.4-slim
    RUN gem install bundler:2.6.2
    ```
    """

    id = "gem-versions-unpinned"
    aliases = ("DL3028",)
    help = "give each gem a version, `bundler:2.6.2`"
    managers = ("gem",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.is_install:
            yield from unpinned(command, _is_pinned)


def _is_pinned(package: Package) -> bool:
    return is_bound(package) or package.name.endswith(".gem")
