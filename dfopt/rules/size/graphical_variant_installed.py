"""The rule `graphical-variant-installed`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import Package, PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.prices import difference_cost

_JAVA = re.compile(r"openjdk-?[0-9]+-(?:jre|jdk)|default-(?:jre|jdk)|java-(?:[0-9.]+|latest)-openjdk")
_SMALLER = {
    "gnuplot": "gnuplot-nox",
    "gnuplot-qt": "gnuplot-nox",
    "gnuplot-x11": "gnuplot-nox",
    "opencv-python": "opencv-python-headless",
    "opencv-contrib-python": "opencv-contrib-python-headless",
    "vim-gtk": "vim-nox",
    "vim-gtk3": "vim-nox",
    "emacs": "emacs-nox",
    "emacs-gtk": "emacs-nox",
}
_SCREEN = re.compile(rb"\b(?:Xvfb|xvfb|DISPLAY|x11|X11|vnc|VNC|xfce|gnome|javafx|openjfx)")


class GraphicalVariantInstalled(Rule):
    """A package comes with the libraries of a screen that a container does not have.

    ## What it does

    Reports packages that exist without their graphical part: OpenJDK without `-headless`, `gnuplot`,
    `opencv-python`, in the stages that the final image is made of. Files with signs of a screen (`Xvfb`, `DISPLAY`,
    VNC…) are left alone.

    ## Why is this bad

    X11, fonts, GTK and sound come along, and nothing draws. The price is the difference between the two packages,
    each with what it brings in, by Debian's package indexes; elsewhere none is stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless
    ```
    """

    id = "graphical-variant-installed"
    severity = Severity.INFO
    managers = ("apt", "apk", "dnf", "pip")

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if not command.is_install or not ships(command.run.stage):
            return
        for package in command.packages:
            smaller = _smaller(package, command.manager)
            if smaller and not _SCREEN.search(model.data):
                recommends = not command.has_option("--no-install-recommends")
                cost = None
                if command.manager == "apt":
                    cost = difference_cost(command.run.stage, package.name, smaller, recommends=recommends)
                message = f"{package.name} brings in what draws on a screen"
                yield Finding(package, message, help=f"install {smaller}", cost=cost)


def _smaller(package: Package, manager: str) -> str | None:
    name = package.name
    if (name in _SMALLER) and (("opencv" in name) is (manager == "pip")):
        return _SMALLER[name]
    if not _JAVA.fullmatch(name):
        return None
    return f"{name}-headless"
