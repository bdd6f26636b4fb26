"""The rule `dnf-versions-unpinned`."""

from dfopt.rules.shared.rpm_tools import RpmVersionsUnpinned


class DnfVersionsUnpinned(RpmVersionsUnpinned):
    """dnf installs packages without a version.

    ## What it does

    Reports `dnf install` (and `microdnf`, `tdnf`) of packages without a version (`httpd-2.4.62`) and of modules without
    a stream (`nodejs:20`). Groups, files and addresses are left alone.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a cached layer gives yet another one. There is no fix, for
    a version that is right today may leave the repositories tomorrow.

    ## Example

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y httpd && dnf clean all
    ```

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y httpd-2.4.62 && dnf clean all
    ```
    """

    id = "dnf-versions-unpinned"
    aliases = ("DL3041",)
    is_about_yum = False
