"""Probes as a configuration file names them, and as an image implies them."""

from __future__ import annotations

import tomllib

import pytest

from dfopt.images import ImageConfig, ProbeError, default_probes, parse_probes
from dfopt.images.answers import normalised, normalised_body
from dfopt.images.probes import Exec, Exit, Host, Http, Log, Restart, Tcp


def config(**values: object) -> ImageConfig:
    return ImageConfig.parse(values, os="linux", architecture="amd64")


def test_every_kind_is_read(fixture_folder):
    path = fixture_folder / "probes.toml"
    probes = parse_probes(tomllib.loads(path.read_text())["probe"], folder=path.parent)
    assert probes == [
        Http(
            name="front page",
            url="https://localhost:8443/a?b=c",
            method="POST",
            headers={"Accept": "text/html"},
            body="x=1",
            status=201,
            response_headers={"Content-Type": "html"},
            contains=("one", "two"),
        ),
        Http(url="http://localhost/"),
        Tcp(port=6379, send="PING\r\n", contains=("+PONG",)),
        Exec(command=("php", "-v"), contains=("PHP 8",)),
        Host(command=("./check", "-x"), status=1, folder=path.parent),
        Log(contains="ready"),
        Restart(),
        Exit(name="ends", status=3),
    ]
    assert [str(probe) for probe in probes] == [
        "front page",
        "GET http://localhost/",
        "connect to port 6379",
        "php -v",
        "./check -x",
        "logs 'ready'",
        "restart",
        "ends",
    ]
    assert [probe.port for probe in probes[:3]] == [8443, 80, 6379]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "its kind is one of http, tcp, exec, host, log, restart, exit"),
        ({"kind": "htpp"}, "did you mean 'http'"),
        ({"kind": ["http"]}, "its kind is one of"),
        ({"kind": "tcp"}, "tcp needs the key 'port'"),
        ({"kind": "tcp", "prot": 1}, "no key 'prot'; did you mean 'port'"),
        ({"kind": "tcp", "port": "1"}, "port must be a whole number"),
        ({"kind": "tcp", "port": True}, "port must be a whole number"),
        ({"kind": "host", "command": ["x"], "folder": "/"}, "host has no key 'folder'"),
        ({"kind": "exec", "command": "ls"}, "command must be a list"),
        ({"kind": "exec", "command": []}, "command must be a list"),
        ({"kind": "http", "url": "localhost:80"}, "url must be a URL"),
        ({"kind": "http", "url": "ftp://localhost"}, "url must be a URL"),
        ({"kind": "http", "url": "http://localhost:x/"}, "url must be a URL"),
        ({"kind": "http", "url": "http://localhost", "headers": {"a": 1}}, "headers must be a table of strings"),
        ({"kind": "http", "url": "http://localhost", "contains": [1]}, "contains must be a string or a list"),
        ({"kind": "log", "contains": ["a"], "name": "greets"}, r"probe 2 \(greets\): contains must be a string"),
    ],
)
def test_what_is_wrong_is_named(table, said):
    with pytest.raises(ProbeError, match=said) as caught:
        parse_probes([{"kind": "restart"}, table])
    assert str(caught.value).startswith("probe 2")


def test_an_image_implies_its_ports_and_its_health_check():
    image = config(ExposedPorts={"80/tcp": {}, "53/udp": {}, "90": {}}, Healthcheck={"Test": ["CMD", "check", "x"]})
    assert default_probes(image) == [
        Tcp(port=80),
        Tcp(port=90),
        Exec(name="health check", command=("check", "x")),
    ]


@pytest.mark.parametrize(
    ("values", "command"),
    [
        ({"Healthcheck": {"Test": ["CMD-SHELL", "a || b"]}}, ("/bin/sh", "-c", "a || b")),
        ({"Healthcheck": {"Test": ["CMD-SHELL", "a"]}, "Shell": ["/bin/bash", "-lc"]}, ("/bin/bash", "-lc", "a")),
        ({"Healthcheck": {"Test": ["NONE"]}}, None),
        ({}, None),
    ],
)
def test_a_health_check_runs_in_the_images_shell(values, command):
    expected = [Exec(name="health check", command=command)] if command else []
    assert default_probes(config(**values)) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("at 2024-01-02T03:04:05.678Z", "at 2025-11-12T13:14:15Z"),
        ("Date: Tue, 02 Jan 2024 03:04:05 GMT", "Date: Wed, 12 Nov 2025 13:14:15 GMT"),
        ("Tue Jan  2 03:04:05 2024", "Wed Nov 12 13:14:15 2024"),
        ("id 123e4567-e89b-12d3-a456-426614174000.", "id 00000000-E89B-12D3-A456-426614174fff."),
        ("took 1.25 ms", "took 980 ms"),
        ("started 1700000000", "started 1800000000123"),
        ("container 0123456789ab", "container ba9876543210"),
    ],
)
def test_what_differs_from_run_to_run_is_taken_out(first, second):
    assert normalised(first) == normalised(second)
    assert normalised(first) != first


@pytest.mark.parametrize("text", ["PHP 8.2.29", "127.0.0.1:8080", "3 items, 40 %", "a-b-c", "defaced facade"])
def test_what_does_not_differ_stays(text):
    assert normalised(text) == text


def test_a_body_that_is_no_text_is_known_by_its_digest():
    assert normalised_body(b"\xff\x00") != normalised_body(b"\xff\x01")
    assert normalised_body("grün".encode()) == "grün"
