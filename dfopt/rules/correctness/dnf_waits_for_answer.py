"""The rule `dnf-waits-for-answer`."""

from dfopt.rules.shared.rpm_tools import RpmWaitsForAnswer


class DnfWaitsForAnswer(RpmWaitsForAnswer):
    """dnf asks whether to go on, and nobody answers.

    ## What it does

    Reports `dnf install`, `upgrade`, `remove` and their like (also of `microdnf`, `tdnf`) without
    `-y`, unless `assumeyes` is set anywhere in the file.

    ## Why is this bad

    dnf always asks before it changes something. A build has no terminal, so dnf gives up and the build fails.

    ## Example

    ```dockerfile
    FROM fedora:42
    RUN dnf install httpd && dnf clean all
    ```

    ```dockerfile
    FROM fedora:42
    RUN dnf install -y httpd && dnf clean all
    ```

    ## Fix safety

    Safe: where dnf did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "dnf-waits-for-answer"
    aliases = ("DL3038",)
    is_about_yum = False
