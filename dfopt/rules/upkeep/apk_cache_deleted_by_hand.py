"""The rule `apk-cache-deleted-by-hand`."""

from dfopt.rules.diagnostic import Safety, Severity
from dfopt.rules.shared.hand_cleaning import CacheDeletedByHand


class ApkCacheDeletedByHand(CacheDeletedByHand):
    r"""The package index of apk is fetched, kept and deleted again.

    ## What it does

    Reports `apk add` and `apk upgrade` without `--no-cache`, in the stages that the final image is
    made of, where the same RUN deletes the cache that it fills.

    ## Why is this bad

    Nothing of it is in the image. But what is written for nothing takes time, the deletion is one more line to read
    and to keep right, and with `--no-cache` apk does both by itself.

    ## Example

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --update curl \
        && rm -rf /var/cache/apk/*
    ```

    ```dockerfile
    FROM alpine:3.21
    RUN apk add --no-cache curl
    ```

    ## Fix safety

    Safe: the same packages are installed, and the cache is not there in either case. The deletion stays. Where it is
    an `rm` without `-f`, there is no fix, for it would fail.
    """

    id = "apk-cache-deleted-by-hand"
    aliases = ("DL3019",)
    severity = Severity.HINT
    help = "add --no-cache and leave the deletion out"
    fix_safety = Safety.SAFE
    managers = ("apk",)
    keeps_none = "--no-cache"
