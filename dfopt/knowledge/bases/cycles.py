"""The names of releases whose end of life is known."""

from dfopt.knowledge.data_files import read_json


def cycle_of(product: str, version: str) -> str | None:
    """The release that a version belongs to, by its longest beginning: Debian's ``12.5`` to ``12``."""
    cycles = read_json("lifecycles.json")["products"].get(product, {})
    while version and version not in cycles:
        version = version.rpartition(".")[0]
    return version or None
