"""The Pythons that distributions package."""

from dfopt.knowledge.data_files import read_json


def packaged_pythons(family: str, release: str) -> tuple[str, ...]:
    """The lines of Python that have a pip among a distribution's packages, `("2.7", "3.5")`; empty where not known.

    Where both are there, `pip` and `python` are the older one's.
    """
    data = read_json("pythons.json")
    found = data["python3"].get(family, {}).get(release)
    two = ("2.7",) if release in data["python2"].get(family, ()) else ()
    return (*two, found) if found else two
