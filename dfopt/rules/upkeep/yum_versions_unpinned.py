"""The rule `yum-versions-unpinned`."""

from dfopt.rules.shared.rpm_tools import RpmVersionsUnpinned


class YumVersionsUnpinned(RpmVersionsUnpinned):
    """yum installs packages without a version.

    ## What it does

    Reports `yum install` of packages without a version (`httpd-2.4.6`) and of modules without a stream. Groups, files
    and addresses are left alone.

    ## Why is this bad

    The same Dockerfile gives other images on other days, and a cached layer gives yet another one. There is no fix, for
    a version that is right today may leave the repositories tomorrow.

    ## Example

    ```dockerfile
    FROM amazonlinux:2
    RUN yum install -y httpd && yum clean all
    ```

    ```dockerfile
    FROM amazonlinux:2
    RUN yum install -y httpd-2.4.62 && yum clean all
    ```
    """

    id = "yum-versions-unpinned"
    aliases = ("DL3033",)
    is_about_yum = True
