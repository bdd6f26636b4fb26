"""What ``apt-get update`` leaves in an image, from ``data/apt-lists.json``."""

from dfopt.knowledge.data_files import read_json


def lists_bytes(suite: str, *, official: bool = True) -> int | None:
    """Bytes of ``/var/lib/apt/lists`` after an update; None for suites that were not measured.

    `official` images, Docker's own of Debian and Ubuntu and all that build on them, keep the lists
    compressed and without translations; others, such as those made with debootstrap, keep them as they are.
    """
    measured = read_json("apt-lists.json")["suites"].get(suite)
    if measured is None:
        return None
    lists: int = measured["official" if official else "plain"]
    return lists
