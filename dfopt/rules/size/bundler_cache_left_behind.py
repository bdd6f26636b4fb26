"""The rule `bundler-cache-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after

_FOLDER_OF_RUBY_IMAGES = "/usr/local/bundle"
_ELSEWHERE = ("--path", "--deployment", "--standalone", "--system")


class BundlerCacheLeftBehind(CacheLeftBehind):
    """The archives of the gems of a bundle stay in the image.

    ## What it does

    Reports RUNs with `bundle install` that leave the archives of the gems, in the stages that the final image is made
    of.

    ## Why is this bad

    Bundler keeps each `.gem` beside what was in it; only `gem pristine` reads it again. No price is stated, for it
    depends on the gems.

    ## Example

    ```dockerfile
    FROM ruby:3.4-slim
    COPY Gemfile Gemfile.lock ./
    RUN bundle install
    ```

    ```dockerfile
    FROM ruby:3.4-slim
    COPY Gemfile Gemfile.lock ./
    RUN bundle install && rm -rf /usr/local/bundle/cache/*.gem
    ```

    ## Fix safety

    Safe: nothing loads the archives. There is a fix where it is known where they lie: where `BUNDLE_PATH` says so, and
    in the official images of Ruby, which have them in `/usr/local/bundle`.
    """

    id = "bundler-cache-left-behind"
    help = "remove `cache/*.gem` of the folder that the gems are in, in the same RUN"
    fix_safety = Safety.SAFE
    managers = ("bundler",)

    def leaves_cache(self, command: PackageCommand) -> bool:
        return not command.has_option("--no-cache") and super().leaves_cache(command)

    def message(self, command: PackageCommand) -> str:
        return "bundle install leaves the archives of the gems in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if command.has_option(*_ELSEWHERE) or b"bundle config" in model.data or b"bundle package" in model.data:
            return None
        if command.command.variables.get("BUNDLE_PATH"):
            text = 'rm -rf "$BUNDLE_PATH"/ruby/*/cache/*.gem'
        elif not command.command.variables.get("GEM_HOME") and _is_ruby(command.run.stage):
            text = f"rm -rf {_FOLDER_OF_RUBY_IMAGES}/cache/*.gem"
        else:
            return None
        return clean_after(command.command, text, "remove the archives behind it", Safety.SAFE)


def _is_ruby(stage: Stage) -> bool:
    from dfopt.knowledge.bases import identify

    base = identify(stage.root_base) if stage.root_base else None
    return base is not None and base.image == "ruby"
