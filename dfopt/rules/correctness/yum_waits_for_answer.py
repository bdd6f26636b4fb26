"""The rule `yum-waits-for-answer`."""

from dfopt.rules.shared.rpm_tools import RpmWaitsForAnswer


class YumWaitsForAnswer(RpmWaitsForAnswer):
    """yum asks whether to go on, and nobody answers.

    ## What it does

    Reports `yum install`, `update`, `remove` and their like without `-y`, unless `assumeyes` is set anywhere in the
    file.

    ## Why is this bad

    yum always asks before it changes something. A build has no terminal, so yum gives up and the build fails.

    ## Example

    ```dockerfile
    FROM amazonlinux:2
    RUN yum install httpd && yum clean all
    ```

    ```dockerfile
    FROM amazonlinux:2
    RUN yum install -y httpd && yum clean all
    ```

    ## Fix safety

    Safe: where yum did not ask, `-y` changes nothing; where it did, the build failed.
    """

    id = "yum-waits-for-answer"
    aliases = ("DL3030",)
    is_about_yum = True
