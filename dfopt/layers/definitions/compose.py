"""Compose files: the services that are built."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dfopt.layers.definitions.definition import Definition, DefinitionError, Entry, listed, text, texts
from dfopt.layers.fleet import Problem

_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:?[-+?])(?P<word>[^}]*))?\})"
)


def read(path: str) -> Definition:
    """The builds of a Compose file; variables have the values of the `.env` beside it. Raises DefinitionError."""
    document = _load(path)
    services = document.get("services")
    if not isinstance(services, dict):
        raise DefinitionError("has no services")
    variables = _env(Path(path).with_name(".env"))
    project = text(document.get("name") or Path(path).absolute().parent.name).lower()
    entries = {
        name: _entry(project, str(name), _expanded(service, variables))
        for name, service in services.items()
        if isinstance(service, dict) and service.get("build")
    }
    names = {str(name): entry.names[0] for name, entry in entries.items()}
    builds, problems = [], []
    for entry in entries.values():
        try:
            builds.append(entry.build(path, names))
        except DefinitionError as error:
            problems.append(Problem(path, str(error)))
    return Definition(tuple(builds), tuple(problems))


def _load(path: str) -> Mapping[str, Any]:
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise DefinitionError("needs PyYAML to be read, so: pip install 'dfopt[compose]'") from error
    try:
        document = yaml.safe_load(Path(path).read_text("utf-8"))
    except (yaml.YAMLError, RecursionError) as error:
        raise DefinitionError(f"can't be read: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise DefinitionError("must be a mapping, as Compose files are")
    return document


def _entry(project: str, name: str, service: Mapping[str, Any]) -> Entry:
    build = service["build"]
    build = build if isinstance(build, dict) else {"context": text(build)}
    image = service.get("image")
    platform = service.get("platform")
    return Entry(
        key=name,
        names=(text(image) if image else f"{project}-{name}", *listed(build.get("tags"))),
        context=text(build.get("context") or "."),
        dockerfile=text(build.get("dockerfile") or "Dockerfile"),
        inline=text(build["dockerfile_inline"]) if build.get("dockerfile_inline") else None,
        target=text(build["target"]) if build.get("target") else None,
        args=texts(build.get("args")),
        contexts=texts(build.get("additional_contexts")),
        platforms=(text(platform),) if platform else listed(build.get("platforms")),
    )


def _expanded(value: Any, variables: Mapping[str, str]) -> Any:
    """A value with the variables in its texts put in; one without a value is empty, as in Compose."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value(match, variables), value)
    if isinstance(value, dict):
        return {key: _expanded(each, variables) for key, each in value.items()}
    return [_expanded(each, variables) for each in value] if isinstance(value, list) else value


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    found = variables.get(match["plain"] or match["name"])
    operator, word = match["operator"] or "", match["word"] or ""
    is_set = bool(found) if operator.startswith(":") else found is not None
    if operator.endswith("-"):
        return (found or "") if is_set else word
    if operator.endswith("+"):
        return word if is_set else ""
    return found or ""


def _env(path: Path) -> Mapping[str, str]:
    return dict(_settings(path)) if path.is_file() else {}


def _settings(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8", "replace").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            value = value.strip()
            yield name.strip(), value[1:-1] if value[:1] in ("'", '"') and value[-1:] == value[:1] else value
