"""The rule `healthcheck-missing`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule


class HealthcheckMissing(Rule):
    """The image does not say how to tell that it works.

    ## What it does

    Reports a final image where neither it nor a stage below it has a HEALTHCHECK. `HEALTHCHECK NONE` says that none is
    wanted. What the base image has is not known. An image from `scratch` that runs nothing only hands out files, and is
    left out.

    ## Why is this bad

    Docker and Swarm see only whether the first process lives. With a check they also see that it answers, wait for it
    at start and replace it when it hangs. Kubernetes takes no notice of it and has probes of its own, so the rule is
    off unless it is selected.

    ## Example

    ```dockerfile
    FROM nginx:1.29
    EXPOSE 80
    ```

    ```dockerfile
    FROM nginx:1.29
    EXPOSE 80
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    ```
    """

    id = "healthcheck-missing"
    aliases = ("DL3057", "DS-0026", "AVD-DS-0026", "CKV_DOCKER_2")
    severity = Severity.HINT
    help = "add a HEALTHCHECK with a program that is in the image, or HEALTHCHECK NONE"
    default = False

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or final.config.healthcheck is not None:
            return
        runs_nothing = final.lineage[-1].is_scratch and not final.config.cmd and not final.config.entrypoint
        if not runs_nothing:
            yield Finding(final.from_, "the image has no HEALTHCHECK")
