"""Names that have gone from Debian, and what does the same in the catalogue's suites.

Old Dockerfiles install ``php5-curl`` or ``openjdk-8-jdk``, for which no index gives a size any more. The
package in its place has a size of the same order: an estimate, never a catalogue's figure.
"""

import re
from functools import cache

from dfopt.knowledge.data_files import read_json
from dfopt.knowledge.packages.catalogue import is_known


@cache
def successor(suite: str, name: str) -> str | None:
    """What stands in `suite` for a name that it does not have; None when it has the name, or nothing does."""
    if is_known(suite, name):
        return None
    data = read_json("package-successors.json")
    candidates = [data["names"].get(name, "")]
    candidates += [match.expand(new) for old, new in data["patterns"] if (match := re.fullmatch(old, name))]
    return next((candidate for candidate in candidates if candidate and is_known(suite, candidate)), None)
