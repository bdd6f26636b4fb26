"""The rule `base-deprecated`."""

from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.rule import Finding, Rule

_SUCCESSORS = {
    "adoptopenjdk": "eclipse-temurin",
    "anapsix/alpine-java": "eclipse-temurin",
    "celery": "python",
    "centos": "almalinux, rockylinux or quay.io/centos/centos",
    "consul": "hashicorp/consul",
    "django": "python",
    "fsharp": "mcr.microsoft.com/dotnet/sdk",
    "iojs": "node",
    "java": "eclipse-temurin",
    "jboss/keycloak": "quay.io/keycloak/keycloak",
    "jboss/wildfly": "quay.io/wildfly/wildfly",
    "jenkins": "jenkins/jenkins",
    "mhart/alpine-node": "node",
    "microsoft/aspnetcore": "mcr.microsoft.com/dotnet/aspnet",
    "microsoft/aspnetcore-build": "mcr.microsoft.com/dotnet/sdk",
    "microsoft/dotnet": "mcr.microsoft.com/dotnet",
    "mono": "mcr.microsoft.com/dotnet",
    "openjdk": "eclipse-temurin, amazoncorretto or sapmachine",
    "opensuse": "opensuse/leap or opensuse/tumbleweed",
    "owncloud": "owncloud/server",
    "piwik": "matomo",
    "rails": "ruby",
    "sentry": "getsentry/sentry",
    "ubuntu-debootstrap": "ubuntu",
    "ubuntu-upstart": "ubuntu",
    "vault": "hashicorp/vault",
}
"""Images that nobody maintains any more, and what stands in their place: official ones by the dates on which they left
Docker's list (docker-library/official-images), others by what their own pages say."""

_PREFIXES = {
    "circleci/": "cimg",
    "gcr.io/google_containers/": "registry.k8s.io",
    "k8s.gcr.io/": "registry.k8s.io",
    "mcr.microsoft.com/dotnet/core/": "mcr.microsoft.com/dotnet",
    "resin/": "balenalib",
}
_EARLY_ACCESS = "-ea"


class BaseDeprecated(Rule):
    """A base is an image that its makers gave up.

    ## What it does

    Reports a FROM of an image that is no longer maintained under that name, such as `openjdk`, `centos`, `java`,
    `vault` or `k8s.gcr.io/…`, and names what took its place. Early-access tags of openjdk are still made.

    ## Why is this bad

    The image gets neither fixes nor new versions, whatever its tag. Some registries are switched off one day, and the
    build fails.

    ## Example

    ```dockerfile
    FROM openjdk:17-jdk-slim
    ```

    ```dockerfile
    FROM eclipse-temurin:17-jdk
    ```
    """

    id = "base-deprecated"

    def check_stage(self, stage: Stage, model: Model) -> Iterator[Finding]:
        if stage.external_base is None:
            return
        from dfopt.knowledge.references import parse_reference

        reference = parse_reference(stage.external_base)
        if reference is None or _EARLY_ACCESS in (reference.tag or ""):
            return
        successor = _SUCCESSORS.get(reference.name)
        if successor is None:
            successor = next((new for old, new in _PREFIXES.items() if reference.name.startswith(old)), None)
        if successor:
            message = f"{reference.name} is no longer maintained"
            yield Finding(stage.from_.image, message, help=f"take {successor} in its place")
