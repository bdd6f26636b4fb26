"""The rule `gem-documentation-installed`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.chains import insert_word_after
from dfopt.rules.diagnostic import Fix, Safety, Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.leftovers import ships
from dfopt.rules.shared.manager_caches import INSTALLING

_OPTIONS = ("-N", "--no-document", "--document", "--no-ri", "--no-rdoc", "--ri", "--rdoc", "-d")
_SINCE = {"debian": (8,), "ubuntu": (16, 4), "alpine": (3, 0), "fedora": (19,)}


class GemDocumentationInstalled(Rule):
    """gem writes documentation for what it installs.

    ## What it does

    Reports `gem install` and `gem update` without `--no-document`, in the stages that the final image is made of. The
    official images of Ruby turn the documentation off, and files that write a `.gemrc` are taken to do the same.

    ## Why is this bad

    The documentation is often as large as the gem, takes most of the time of the installation, and nobody reads it in a
    container. No price is stated, for it depends on the gems.

    ## Example

    ```dockerfile
    FROM debian:12-slim
    RUN gem install sinatra
    ```

    ```dockerfile
    FROM debian:12-slim
    RUN gem install --no-document sinatra
    ```

    ## Fix safety

    Safe where the base is known and not so old that its gem lacks the option: no program reads the documentation.
    Unsafe where the base is not known.
    """

    id = "gem-documentation-installed"
    severity = Severity.INFO
    help = "add --no-document"
    fix_safety = Safety.UNSAFE
    managers = ("gem",)

    def check_packages(self, command: PackageCommand, model: Model) -> Iterator[Finding]:
        if command.action not in INSTALLING or command.has_option(*_OPTIONS) or not ships(command.run.stage):
            return
        is_off = b"gemrc" in model.data or _is_ruby(command.run.stage)
        if command.verb_word is None or is_off:
            return
        safety = Safety.SAFE if _knows_option(command.run.stage) else Safety.UNSAFE
        fix = Fix(safety, "add --no-document", insert_word_after(command.command, command.verb_word, "--no-document"))
        yield Finding(command, f"gem {command.verb} also writes documentation", fix=fix)


def _is_ruby(stage: Stage) -> bool:
    from dfopt.knowledge.bases import identify

    base = identify(stage.root_base) if stage.root_base else None
    return base is not None and base.image in ("ruby", "jruby")


def _knows_option(stage: Stage) -> bool:
    from dfopt.knowledge.bases import identify

    base = identify(stage.root_base) if stage.root_base else None
    if base is None or base.family not in _SINCE or not base.release:
        return False
    parts = base.release.split(".")
    return all(part.isdecimal() for part in parts) and tuple(map(int, parts)) >= _SINCE[base.family]
