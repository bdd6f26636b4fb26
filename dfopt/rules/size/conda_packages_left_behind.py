"""The rule `conda-packages-left-behind`."""

from dfopt.model.model import Model
from dfopt.model.packages import PackageCommand
from dfopt.rules.diagnostic import Fix, Safety
from dfopt.rules.shared.manager_caches import CacheLeftBehind, clean_after, spoken


class CondaPackagesLeftBehind(CacheLeftBehind):
    """The packages that conda unpacked stay in the image.

    ## What it does

    Reports RUNs that install with conda, mamba or micromamba and do not clean up afterwards, in the stages that the
    final image is made of. A mount on the folder of packages keeps them out of the layer as well.

    ## Why is this bad

    The archives ship beside what was in them, and so do the index and the files that no environment uses. No price is
    stated, for it depends on the packages: what an environment uses is hard-linked and costs nothing twice.

    ## Example

    ```dockerfile
    FROM condaforge/miniforge3:24.11.3-0
    RUN conda install --yes numpy
    ```

    ```dockerfile
    FROM condaforge/miniforge3:24.11.3-0
    RUN conda install --yes numpy && conda clean --all --yes
    ```

    ## Fix safety

    Safe: environments keep their files when the other names of them go, and a later installation fetches what it needs.
    There is no fix in files that ask conda to work offline.
    """

    id = "conda-packages-left-behind"
    help = "end the RUN with `conda clean --all --yes`"
    fix_safety = Safety.SAFE
    managers = ("conda",)

    def message(self, command: PackageCommand) -> str:
        return f"{spoken(command)} leaves archives and unused packages in the layer"

    def fix(self, command: PackageCommand, model: Model) -> Fix | None:
        if b"offline" in model.data:
            return None
        text = f"{command.command.words[0].text} clean --all --yes"
        return clean_after(command.command, text, f"run {command.tool} clean behind it", Safety.SAFE)
