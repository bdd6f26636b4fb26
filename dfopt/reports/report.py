"""What a report is made from: the findings of each file."""

from collections.abc import Sequence

from dfopt.cached import cached_property
from dfopt.frozen import frozen
from dfopt.reports.codec import decode
from dfopt.rules.diagnostic import Diagnostic


@frozen(slots=False)
class FileReport:
    """The findings in one file: `encoded` as the contract's JSON array, `data` the bytes of the file."""

    path: str
    data: bytes
    encoded: str

    @cached_property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """The findings, by place."""
        return decode(self.encoded)
