"""Logins from Docker's config.json, with a helper program that keeps some of them."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from dfopt.images import RegistryError
from dfopt.images.registry import credential_helpers
from dfopt.images.registry.credentials import Credentials, find_credentials

HELPERS = Path(__file__).parents[2] / "fixtures" / "images" / "helpers"
READER = Credentials("reader", "secret")


@pytest.fixture(autouse=True)
def helpers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(HELPERS), prepend=os.pathsep)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("DFOPT_REGISTRY_USER", raising=False)
    monkeypatch.delenv("DFOPT_REGISTRY_PASSWORD", raising=False)


def configure(folder: Path, **config: object) -> None:
    (folder / "config.json").write_text(json.dumps(config))


def test_a_helper_is_asked_for_its_hosts_only(tmp_path: Path) -> None:
    configure(tmp_path, credHelpers={"kept.example": "keeper"})
    assert find_credentials("kept.example") == READER
    assert find_credentials("other.example") is None


def test_a_store_is_asked_for_all_hosts(tmp_path: Path) -> None:
    configure(tmp_path, credsStore="keeper")
    assert find_credentials("registry.example:5000") == READER
    assert find_credentials("docker.io") == Credentials("hub", "secret")
    assert find_credentials("nobody.example") is None


def test_what_a_helper_does_not_have_may_stand_in_the_file(tmp_path: Path) -> None:
    login = base64.b64encode(b"someone:else").decode()
    configure(tmp_path, credsStore="keeper", auths={"nobody.example": {"auth": login}})
    assert find_credentials("nobody.example") == Credentials("someone", "else")


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("locked.example", "docker-credential-keeper has no login for locked.example: the keychain is locked"),
        ("odd.example", "something else than a login"),
        ("identity.example", "identity token"),
        ("slow.example", "within 0.2 s"),
    ],
)
def test_a_helper_that_fails_is_told(host: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credential_helpers, "_SECONDS", 0.2 if host == "slow.example" else 30)
    configure(tmp_path, credHelpers={host: "keeper"})
    with pytest.raises(RegistryError, match=reason) as raised:
        find_credentials(host)
    assert "config.json names it. Or set DFOPT_REGISTRY_USER" in str(raised.value)


@pytest.mark.parametrize(("name", "reason"), [("missing", "is not installed"), ("../keeper", "can't be the name")])
def test_a_helper_that_can_not_be_run_is_told(name: str, reason: str, tmp_path: Path) -> None:
    configure(tmp_path, credsStore=name)
    with pytest.raises(RegistryError, match=reason):
        find_credentials("kept.example")
