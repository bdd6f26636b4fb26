"""The rule `gem-cache-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after

_ELSEWHERE = ("-i", "--install-dir", "--user-install", "--build-root")


class GemCacheLeftBehind(CacheLeftBehind):
    """The archives of installed gems stay in the image.

    ## What it does

    Reports RUNs that install with `gem` and leave the archives it unpacked, in the stages that the final image is made
    of.

    ## Why is this bad

    RubyGems keeps each `.gem` beside what was in it; only `gem pristine` reads it again. No price is stated, for it
    depends on the gems.

    ## Example

    ```dockerfile
    FROM ruby:3.4-slim
    RUN gem install rails --version 8.0.1
    ```

    ```dockerfile
    FROM ruby:3.4-slim
    RUN gem install rails --version 8.0.1 && rm -rf "$(gem env gemdir)"/cache/*.gem
    ```

    ## Fix safety

    Safe: nothing loads the archives; `gem pristine`, should anybody run it, fetches them again. There is no fix where
    the command names another folder.
    """

    id = "gem-cache-left-behind"
    help = 'end with `rm -rf "$(gem env gemdir)"/cache/*.gem` in the same RUN'
    fix_safety = Safety.SAFE
    managers = ("gem",)

    def message(self, command: PackageCommand) -> str:
        return f"gem {command.verb} leaves the archives that it unpacked in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if command.has_option(*_ELSEWHERE):
            return None
        text = f'rm -rf "$({command.command.words[0].text} env gemdir)"/cache/*.gem'
        return clean_after(command.command, text, "remove the archives behind it", Safety.SAFE)
