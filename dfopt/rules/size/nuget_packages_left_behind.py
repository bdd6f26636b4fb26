"""The rule `nuget-packages-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import BUILDING, CacheLeftBehind, clean_after, is_used_later, spoken

_RESTORES_NOTHING = ("--no-restore", "--no-build")
_NO_PROJECT = ("exec", "ef", "workload install", "tool install")


class NugetPackagesLeftBehind(CacheLeftBehind):
    """The packages that a .NET build restored stay in the image.

    ## What it does

    Reports RUNs that restore packages of NuGet and leave them, in the stages that the final image is made of. A
    mount on `~/.nuget/packages` keeps them out of the layer as well.

    ## Why is this bad

    A published program has what it needs of them beside it. No price is stated, for it depends on the packages.

    ## Example

    ```dockerfile
    FROM mcr.microsoft.com/dotnet/sdk:8.0
    COPY . /src
    RUN dotnet publish /src -c Release -o /app
    CMD ["dotnet", "/app/app.dll"]
    ```

    ```dockerfile
    FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
    COPY . /src
    RUN dotnet publish /src -c Release -o /app

    FROM mcr.microsoft.com/dotnet/aspnet:8.0
    COPY --from=build /app /app
    CMD ["dotnet", "/app/app.dll"]
    ```

    ## Fix safety

    Unsafe: a program that is built, and not published, is started with the packages from that folder. There is a fix
    behind `dotnet publish` only, and none where a later command of the file restores again.
    """

    id = "nuget-packages-left-behind"
    help = "publish in a stage of its own and copy the result, or mount a cache on ~/.nuget/packages"
    fix_safety = Safety.UNSAFE
    managers = ("nuget",)
    fills = BUILDING

    def leaves_cache(self, command: PackageCommand) -> bool:
        if command.verb in _NO_PROJECT or command.has_option(*_RESTORES_NOTHING):
            return False
        return super().leaves_cache(command)

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves the packages that it restored in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if command.verb != "publish" or is_used_later(command.command, command.manager, (), model):
            return None
        text = "dotnet nuget locals all --clear"
        return clean_after(command.command, text, "clear NuGet's folders behind it", Safety.UNSAFE)
