"""The rule `pip-cache-deleted-by-hand`."""

from dfopt.rules.diagnostic import Safety, Severity
from dfopt.rules.shared.hand_cleaning import CacheDeletedByHand


class PipCacheDeletedByHand(CacheDeletedByHand):
    r"""pip's cache of downloads is written and deleted again.

    ## What it does

    Reports `pip install` without `--no-cache-dir`, in the stages that the final image is
    made of, where the same RUN deletes the cache that it fills.

    ## Why is this bad

    Nothing of it is in the image. But what is written for nothing takes time, the deletion is one more line to read
    and to keep right, and with `--no-cache-dir` pip does both by itself.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install flask==3.1.0 \
        && rm -rf /root/.cache/pip
    ```

    ```dockerfile
    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask==3.1.0
    ```

    ## Fix safety

    Safe: the same packages are installed, and the cache is not there in either case. The deletion stays. Where it is
    an `rm` without `-f`, there is no fix, for it would fail.
    """

    id = "pip-cache-deleted-by-hand"
    aliases = ("DL3042",)
    severity = Severity.HINT
    help = "add --no-cache-dir and leave the deletion out"
    fix_safety = Safety.SAFE
    managers = ("pip",)
    keeps_none = "--no-cache-dir"
