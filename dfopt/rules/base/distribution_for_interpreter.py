"""The rule `distribution-for-interpreter`."""

import re
from collections.abc import Iterator

from dfopt.model.model import Model
from dfopt.model.stages import Stage
from dfopt.rules.diagnostic import Severity
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.bases import base_of
from dfopt.rules.shared.entry import entries
from dfopt.syntax.nodes import Cmd, Entrypoint

_LANGUAGES = {
    "python": (re.compile(r"python[0-9.]*|gunicorn|uvicorn|flask|celery"), re.compile(r"python[0-9.]*"), "python:slim"),
    "node": (re.compile(r"node|nodejs|npm|yarn"), re.compile(r"nodejs|node|npm"), "node:slim"),
    "php": (re.compile(r"php[0-9.]*|php-fpm[0-9.]*"), re.compile(r"php[0-9.]*(?:-cli|-fpm)?"), "php:fpm-alpine"),
    "ruby": (re.compile(r"ruby[0-9.]*|rails|puma|unicorn|bundle"), re.compile(r"ruby[0-9.]*"), "ruby:slim"),
    "java": (re.compile(r"java"), re.compile(r"openjdk.*|java-.*openjdk.*|default-j.*"), "eclipse-temurin:21-jre"),
}
"""What runs a language, the packages that bring it, and the image that has it alone."""

_MANAGERS = ("apt", "dnf", "zypper")


class DistributionForInterpreter(Rule):
    """An interpreter is installed on a full distribution.

    ## What it does

    Reports a final image on the full image of a distribution (`ubuntu`, `debian`, `centos`, `fedora`…) that installs
    Python, Node, PHP, Ruby or Java from the distribution's packages and runs a program with it.

    ## Why is this bad

    The language's own image has the interpreter in a version that you choose, with its package manager and without what
    the distribution adds: the packages of pip and npm pull a compiler in where recommended packages are installed.

    ## Example

    ```dockerfile
    FROM ubuntu:24.04
    RUN apt-get update && apt-get install -y python3 python3-pip
    CMD ["python3", "app.py"]
    ```

    ```dockerfile
    FROM python:3.13-slim
    CMD ["python3", "app.py"]
    ```
    """

    id = "distribution-for-interpreter"
    severity = Severity.HINT
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        if final is None or not _is_full_distribution(final):
            return
        programs = [command.program for entry in entries(model) for command in entry.commands]
        for language, (runners, packages, image) in _LANGUAGES.items():
            if any(runners.fullmatch(program) for program in programs) and _installs(packages, final):
                reference = final.lineage[-1].external_base
                message = f"{reference} is a whole distribution around {language}"
                yield Finding(final.lineage[-1].from_.image, message, help=f"take an image of the language: {image}")
                return


def _is_full_distribution(stage: Stage) -> bool:
    from dfopt.knowledge.bases import Kind, Variant

    base = base_of(stage)
    return base is not None and base.kind is Kind.DISTRIBUTION and base.variant is Variant.FULL


def _installs(packages: re.Pattern[str], stage: Stage) -> bool:
    installs = (each for step in stage.lineage for each in step.package_commands if each.manager in _MANAGERS)
    return any(packages.fullmatch(package.name) for each in installs if each.is_install for package in each.packages)
