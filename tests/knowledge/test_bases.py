import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.knowledge import bases
from dfopt.knowledge.bases import Base, Kind, Variant
from dfopt.knowledge.bases.newest import lasting_release, newest_release
from dfopt.knowledge.data_files import read_json

DAY = datetime.date(2026, 11, 24)
KNOWN = [name for name in read_json("bases.json")["repositories"] if name != "scratch"]
TAGS = ["latest", "1", "1.2", "1.2.3", "8", "20", "3.11", "8-jdk", "jre-alpine", "slim", "bookworm", "stable", "lts"]
VARIANTS = ["", "-slim", "-alpine", "-alpine3.20", "-bullseye", "-slim-bookworm", "-jdk", "-jre", "-nanoserver"]

references = st.builds(
    lambda name, tag, variant: f"{name}:{tag}{variant}",
    st.sampled_from(KNOWN),
    st.sampled_from(TAGS),
    st.sampled_from(VARIANTS),
)


def known(reference: str) -> Base:
    base = bases.identify(reference)
    assert base is not None
    return base


@pytest.mark.parametrize(
    ("reference", "facts"),
    [
        ("scratch", {"kind": Kind.SCRATCH, "family": None, "shell": None, "package_managers": ()}),
        ("debian:9", {"kind": Kind.DISTRIBUTION, "family": "debian", "release": "9", "shell": "dash"}),
        ("debian:bookworm-slim", {"release": "12", "variant": Variant.SLIM, "is_moving": False}),
        ("debian:12.5", {"release": "12", "states_release": True}),
        ("debian", {"release": "13", "is_moving": True, "states_release": False}),
        ("ubuntu:jammy-20230101", {"family": "ubuntu", "release": "22.04"}),
        ("alpine:3.18.2", {"release": "3.18", "shell": "ash", "libc": "musl", "package_managers": ("apk",)}),
        ("alpine:edge", {"is_moving": True}),
        ("centos", {"release": "8", "is_moving": False, "package_managers": ("dnf", "yum")}),
        ("centos:centos6", {"release": "6", "package_managers": ("yum",), "shell": "bash"}),
        ("rockylinux:9-minimal", {"family": "rocky", "package_managers": ("microdnf",)}),
        ("amazonlinux:2", {"package_managers": ("yum",)}),
        ("node:20.11.1", {"kind": Kind.RUNTIME, "language": "node", "version": "20.11.1", "release": "12"}),
        ("node:carbon-alpine", {"version": "8", "variant": Variant.ALPINE, "family": "alpine"}),
        ("node:lts", {"is_moving": True, "version": None}),
        ("python:3.11-slim-bookworm", {"version": "3.11", "release": "12", "variant": Variant.SLIM}),
        ("golang:1.13", {"kind": Kind.TOOLCHAIN, "family": "debian", "release": "10"}),
        ("openjdk:8", {"kind": Kind.TOOLCHAIN, "language": "java", "version": "8"}),
        ("openjdk:8-jre-alpine", {"kind": Kind.RUNTIME, "variant": Variant.ALPINE}),
        ("maven:3.9-eclipse-temurin-17", {"version": "17", "family": "ubuntu"}),
        ("mcr.microsoft.com/dotnet/sdk:8.0", {"kind": Kind.TOOLCHAIN, "release": "12"}),
        ("mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled", {"shell": None, "user": "app"}),
        ("mcr.microsoft.com/windows/servercore:ltsc2022", {"is_windows": True, "shell": "cmd"}),
        ("golang:1.26-nanoserver-ltsc2022", {"is_windows": True, "shells": ("cmd",)}),
        ("gcr.io/distroless/java17-debian12:nonroot", {"user": "nonroot", "shell": None, "version": "17"}),
        ("gcr.io/distroless/static:debug", {"shell": "ash", "user": "root", "libc": None}),
        ("registry.access.redhat.com/ubi8/ubi-minimal:8.9", {"release": "8", "package_managers": ("microdnf",)}),
        ("cgr.dev/chainguard/node:latest-dev", {"user": "65532", "shell": "ash"}),
        ("arm64v8/node:12", {"image": "node", "version": "12"}),
        ("public.ecr.aws/docker/library/alpine:3.20", {"image": "alpine", "release": "3.20"}),
        ("mysql:5.7", {"kind": Kind.APPLICATION, "family": "oraclelinux"}),
        ("buildpack-deps:jessie", {"kind": Kind.BUILDPACK, "release": "8"}),
    ],
)
def test_a_base_is_identified(reference: str, facts: dict[str, Any]) -> None:
    base = known(reference)
    assert {name: getattr(base, name) for name in facts} == facts


@pytest.mark.parametrize("reference", ["", "builder", "node:$VERSION", "example.com/team/node:20", "node:20 AS x"])
def test_an_unknown_base_gives_none(reference: str) -> None:
    assert bases.identify(reference) is None


@given(st.one_of(st.text(), references))
def test_any_reference_is_answered_without_error(reference: str) -> None:
    base = bases.identify(reference)
    if base is not None:
        bases.end_of_life(base, DAY)
        bases.smaller(base)
        bases.size(base)


@given(references)
def test_a_candidate_is_a_known_other_base_that_says_what_is_lost(reference: str) -> None:
    base = known(reference)
    for candidate in bases.smaller(base):
        assert candidate.reference != reference
        assert bases.identify(candidate.reference) == candidate.base
        assert ("shell" in candidate.loses) == (bool(base.shells) and not candidate.base.shells)
        assert ("glibc" in candidate.loses) == (base.libc == "glibc" != candidate.base.libc)
        assert list(Variant).index(candidate.base.variant) >= list(Variant).index(base.variant) or candidate.loses


@pytest.mark.parametrize(
    ("reference", "candidates"),
    [
        ("node:22", ["node:22-slim", "node:22-alpine", "gcr.io/distroless/nodejs22-debian13"]),
        ("python:3.13-slim", ["python:3.13-alpine", "gcr.io/distroless/python3-debian13"]),
        ("debian:stretch", ["debian:stretch-slim"]),
        ("php:7.2-apache", []),
        ("golang:1.26-alpine", ["alpine:3.24", "gcr.io/distroless/static-debian13", "scratch"]),
        ("alpine:3.20", []),
        ("scratch", []),
    ],
)
def test_candidates_come_from_the_nearest_to_the_smallest(reference: str, candidates: list[str]) -> None:
    assert [candidate.reference for candidate in bases.smaller(known(reference))] == candidates


def test_a_jre_stands_for_a_jdk_only_in_the_final_stage() -> None:
    found = {candidate.reference: candidate for candidate in bases.smaller(known("eclipse-temurin:21-jdk"))}
    assert found["eclipse-temurin:21-jre"].is_final_only
    assert found["eclipse-temurin:21-jre"].loses == ("compiler",)


@pytest.mark.parametrize(
    ("reference", "day"),
    [
        ("debian:9", "2022-07-01"),
        ("ubuntu:14.04", "2019-04-02"),
        ("centos:7", "2024-06-30"),
        ("node:8", "2019-12-31"),
        ("openjdk:8", "2022-08-19"),
        ("gcr.io/distroless/java17-debian12", "2026-01-31"),
        ("debian:12", None),
        ("debian", None),
        ("node:24", None),
        ("golang:1", None),
        ("alpine:edge", None),
    ],
)
def test_the_end_of_life_is_the_earliest_end_that_has_passed(reference: str, day: str | None) -> None:
    end = bases.end_of_life(known(reference), DAY)
    assert (end.isoformat() if end else None) == day


@given(references, st.dates(min_value=datetime.date(2010, 1, 1), max_value=datetime.date(2040, 1, 1)))
def test_what_has_ended_has_ended_ever_after(reference: str, day: datetime.date) -> None:
    base = known(reference)
    end = bases.end_of_life(base, day)
    if end is not None:
        assert end < day
        assert bases.end_of_life(base, day + datetime.timedelta(days=365)) == end


def test_all_lifecycles_are_days() -> None:
    for cycles in read_json("lifecycles.json")["products"].values():
        assert cycles
        for end in filter(None, cycles.values()):
            datetime.date.fromisoformat(end)


def test_sizes_are_measured_and_dated() -> None:
    table = read_json("base-sizes.json")["sizes"]
    assert table
    for reference, entry in table.items():
        size = bases.size(known(reference))
        assert size is not None
        assert size.reference == reference
        assert size.compressed or size.uncompressed
        if entry["compressed"] and entry["uncompressed"]:
            assert entry["compressed"] < entry["uncompressed"]


def test_every_repository_names_a_known_family_and_product() -> None:
    data = read_json("bases.json")
    products = read_json("lifecycles.json")["products"]
    for facts in data["repositories"].values():
        assert facts.get("family") is None or facts["family"] in data["families"]
        assert facts.get("product") is None or facts["product"] in products


@pytest.mark.parametrize("reference", ["debian", "ubuntu:latest", "node", "docker.io/library/nginx"])
def test_the_release_that_latest_means_is_a_tag_that_does_not_move(reference):
    base = known(reference)
    release = newest_release(base)
    assert release is not None
    named = known(f"{base.image}:{release}")
    assert not named.is_moving
    assert named.image == base.image


@pytest.mark.parametrize("reference", ["openjdk", "example.com/debian", "scratch"])
def test_nothing_is_said_of_latest_where_no_image_is_built_under_it(reference):
    base = bases.identify(reference)
    assert base is None or newest_release(base) is None


@pytest.mark.parametrize(
    ("reference", "tag"),
    [
        ("alpine", "3"),
        ("python:latest", "3"),
        ("golang", "1"),
        ("centos", "8.4.2105"),
        ("node", None),
        ("debian", None),
    ],
)
def test_some_images_have_a_latest_that_stays(reference: str, tag: str | None) -> None:
    base = bases.identify(reference)
    assert base
    assert lasting_release(base) == tag
