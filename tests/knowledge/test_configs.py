"""What images set: the catalogue's own consistency, and facts that are known well."""

import json
from datetime import date
from pathlib import Path

import pytest

import dfopt.knowledge
from dfopt.knowledge.configs import image_facts, look_up, sets_shell, split_tag

FOLDER = Path(dfopt.knowledge.__file__).parent / "data" / "configs"
DOCUMENTS = sorted(path for path in FOLDER.glob("*.json") if path.name != "distributions.json")
KEYS = {
    *("environment", "unstated", "labels", "user", "workdir", "shell", "entrypoint", "cmd"),
    *("exposed", "volumes", "stopsignal", "healthcheck"),
}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_entry_is_found_and_names_a_configuration(path):
    document = json.loads(path.read_bytes())
    assert document["source"]
    assert date.fromisoformat(document["date"])
    used = set()
    for version, variants in document["versions"].items():
        for variant, found in variants.items():
            tag = "-".join(part for part in (version, variant) if part)
            assert split_tag(tag) == (version, variant)
            assert look_up(document["versions"], tag) == found
            used.add(found if isinstance(found, int) else found[0])
    assert used == set(range(len(document["configs"])))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_configurations_have_known_fields_and_no_open_variables(path):
    for record in json.loads(path.read_bytes())["configs"]:
        assert set(record) <= KEYS
        assert not any("$" in value for value in record.get("environment", {}).values())
        assert not set(record.get("unstated", ())) & {"PATH", *record.get("environment", {})}


@pytest.mark.parametrize(
    ("reference", "field", "value"),
    [
        ("python:3.13-slim", "environment", {"PATH": "/usr/local/bin:{PATH}"}),
        ("python:3.6", "environment", {"PATH": "/usr/local/bin:{PATH}", "LANG": "C.UTF-8"}),
        ("python:3.6", "cmd", ("python3",)),
        ("python:2.7", "cmd", ("python2",)),
        ("node:6-alpine", "entrypoint", None),
        ("node:20-bookworm-slim", "entrypoint", ("docker-entrypoint.sh",)),
        ("node:lts", "entrypoint", ("docker-entrypoint.sh",)),
        ("docker.io/library/php:5.6-apache", "cmd", ("apache2-foreground",)),
        ("php:8.3-fpm-alpine", "stopsignal", "SIGQUIT"),
        ("public.ecr.aws/docker/library/nginx:1.13", "stopsignal", "SIGTERM"),
        ("nginx:alpine", "stopsignal", "SIGQUIT"),
        ("postgres:9.5", "volumes", ("/var/lib/postgresql/data",)),
        ("postgres:18", "volumes", ("/var/lib/postgresql",)),
        ("openjdk:8-jre-alpine", "environment", {
            "LANG": "C.UTF-8",
            "JAVA_HOME": "/usr/lib/jvm/java-1.8-openjdk/jre",
            "PATH": "{PATH}:/usr/lib/jvm/java-1.8-openjdk/jre/bin:/usr/lib/jvm/java-1.8-openjdk/bin",
        }),
        ("ruby:2.4", "environment", {
            "RUBY_MAJOR": "2.4",
            "GEM_HOME": "/usr/local/bundle",
            "BUNDLE_SILENCE_ROOT_WARNING": "1",
            "BUNDLE_APP_CONFIG": "/usr/local/bundle",
            "PATH": "/usr/local/bundle/bin:{PATH}",
        }),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "environment", {
            "APP_UID": "1654", "ASPNETCORE_HTTP_PORTS": "8080", "DOTNET_RUNNING_IN_CONTAINER": "true"
        }),
        ("ubuntu:22.04", "cmd", ("/bin/bash",)),
        ("tomcat:9-jre8-alpine", "workdir", "/usr/local/tomcat"),
    ],
)  # fmt: skip
def test_facts(reference, field, value):
    facts = image_facts(reference)
    assert facts is not None
    assert getattr(facts, field) == value


@pytest.mark.parametrize(
    "reference",
    [
        "node:99",
        "node:onbuild",
        "python@sha256:" + "0" * 64,
        "nginx:1.20@sha256:" + "0" * 64,
        "mcr.microsoft.com/windows/servercore:ltsc2022",
        "example/unknown",
        "python:$VERSION",
    ],
)
def test_what_is_not_known_for_sure_is_not_said(reference):
    assert image_facts(reference) is None


def test_a_release_of_the_distribution_changes_nothing_unless_said():
    assert image_facts("php:8.4-fpm-bookworm") == image_facts("php:8.4-fpm")
    assert image_facts("node:22-alpine3.19") == image_facts("node:22-alpine")


def test_versions_are_named_but_not_told():
    facts = image_facts("node:20")
    assert facts is not None
    assert facts.unstated == {"NODE_VERSION", "YARN_VERSION"}
    assert "NODE_VERSION" not in facts.environment


@pytest.mark.parametrize(
    ("image", "sets"),
    [
        ("debian:12", False),
        ("python:3.99-slim", False),
        ("phusion/baseimage", False),
        ("registry.example.com/base:1", None),
        ("mcr.microsoft.com/windows/servercore:ltsc2022", None),
    ],
)
def test_whether_an_image_sets_shell(image, sets):
    assert sets_shell(image) is sets
