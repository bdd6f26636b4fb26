"""The rule `large-package-installed`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.installed import SYSTEM_MANAGERS, kept, weight

_INSTEAD = {
    "fonts-noto": "fonts-noto-core, or the fonts of the scripts that are needed",
    "fonts-noto-cjk-extra": "fonts-noto-cjk",
    "libreoffice": "the parts that are needed, such as libreoffice-writer-nogui",
    "linux-firmware": "nothing: firmware belongs to the machine",
    "linux-image-generic": "nothing: a container runs on the kernel of its host",
    "locales-all": "locales, and the ones that are needed by localedef",
    "mono-complete": "mono-runtime and the assemblies that are needed",
    "nvidia-cuda-toolkit": "the libraries that the program links to, from the image nvidia/cuda:…-base",
    "texlive-full": "texlive-latex-base or texlive-latex-recommended, and the collections that are needed",
    "texlive-lang-all": "the texlive-lang packages that are needed",
    "tasksel": "the packages that its tasks name",
    "ubuntu-desktop": "the programs that are needed",
    "xubuntu-desktop": "the programs that are needed",
    "kubuntu-desktop": "the programs that are needed",
    "xorg": "xserver-xorg-core, or xvfb",
    "glibc-all-langpacks": "glibc-langpack-en, and what else is needed",
    "font-noto-all": "font-noto, and the fonts of the scripts that are needed",
    "qemu": "the qemu-system or qemu-user package of the one architecture that is needed",
}


class LargePackageInstalled(Rule):
    r"""A package brings a whole collection of which an image needs a part.

    ## What it does

    Reports packages that stand for all of something, such as `texlive-full`, `locales-all`, `libreoffice` and
    desktops, in the stages that the final image is made of.

    ## Why is this bad

    They are hundreds of megabytes, and an image has one purpose. The price is the installed size with what the
    package brings in, by Debian's package indexes; where they do not have it, and on other distributions, none is
    stated.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends locales-all
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends locales \
        && localedef -i de_DE -f UTF-8 de_DE.UTF-8
    ```
    """

    id = "large-package-installed"
    severity = Severity.INFO
    managers = SYSTEM_MANAGERS

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        left = kept(command, _INSTEAD.__contains__)
        for package in command.packages if left else ():
            if package.name in left:
                message = f"{package.name} is a whole collection"
                yield Finding(
                    package, message, help=f"install {_INSTEAD[package.name]}", cost=weight(command, [package.name])
                )
