"""The rule `dnf-weak-dependencies-installed`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships

_SETTING = "install_weak_deps"
_OPTION = f"--setopt={_SETTING}=False"
_INSTALLING = ("install", "groupinstall", "group install")
_OFF_BY_DEFAULT = ("minimal", "micro")


class DnfWeakDependenciesInstalled(Rule):
    """dnf installs recommended packages that nobody asked for.

    ## What it does

    Reports `dnf install` without `--setopt=install_weak_deps=False`, in the stages that the final image is made of.
    Files that set `install_weak_deps` themselves are left alone, and so are minimal bases, which come with it.

    ## Why is this bad

    Weak dependencies are what most people at a desk want beside a program. An image has one purpose. No price is
    stated, for no catalogue of these packages is at hand.

    ## Example

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx && dnf clean all
    ```

    ```dockerfile
    FROM fedora:41
    RUN dnf install --setopt=install_weak_deps=False -y nginx && dnf clean all
    ```

    ## Fix safety

    Unsafe: the program may need a package that was only recommended; name those that are needed.
    """

    id = "dnf-weak-dependencies-installed"
    severity = Severity.INFO
    help = f"add {_OPTION}, and name the recommended packages that are needed"
    fix_safety = Safety.UNSAFE
    managers = ("dnf",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.tool not in ("dnf", "dnf5") or command.verb not in _INSTALLING or command.verb_word is None:
            return
        stage = command.run.stage
        if (
            not ships(stage)
            or _SETTING.encode() in model.data
            or any(each in (stage.root_base or "") for each in _OFF_BY_DEFAULT)
        ):
            return
        if command.packages and all(package.is_path for package in command.packages):
            return
        fix = Fix(Safety.UNSAFE, f"add {_OPTION}", insert_word_after(command.command, command.verb_word, _OPTION))
        yield Finding(command, f"{command.tool} install also installs recommended packages", fix=fix)
