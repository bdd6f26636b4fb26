import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.knowledge import distroless


def test_an_image_holds_what_it_builds_on() -> None:
    static = distroless.contents("gcr.io/distroless/static-debian13")
    base = distroless.contents("gcr.io/distroless/base-debian13")
    cc = distroless.contents("gcr.io/distroless/cc-debian13")
    assert static
    assert base
    assert cc
    assert static.packages < base.packages < cc.packages
    assert {"tzdata", "ca-certificates", "base-files"} <= static.packages
    assert "libstdc++6" in cc.packages


def test_tags_say_user_and_shell() -> None:
    plain = distroless.contents("gcr.io/distroless/base-debian12")
    debug = distroless.contents("gcr.io/distroless/base-debian12:debug-nonroot")
    assert plain
    assert debug
    assert (plain.uid, plain.has_shell, plain.entrypoint) == (0, False, ())
    assert (debug.uid, debug.has_shell, debug.entrypoint) == (65532, True, ("/busybox/sh",))
    assert plain.environment["SSL_CERT_FILE"] == "/etc/ssl/certs/ca-certificates.crt"
    assert debug.environment["PATH"].endswith(":/busybox")


def test_a_language_image_starts_its_language() -> None:
    node = distroless.contents("gcr.io/distroless/nodejs22-debian13")
    python = distroless.contents("gcr.io/distroless/python3-debian12")
    assert node
    assert python
    assert node.entrypoint == ("/nodejs/bin/node",)
    assert python.entrypoint == ("/usr/bin/python3.11",)
    assert python.environment["LANG"] == "C.UTF-8"


def test_a_name_without_a_release_means_the_current_one() -> None:
    assert distroless.contents("gcr.io/distroless/static") == distroless.contents("gcr.io/distroless/static-debian13")


@pytest.mark.parametrize("image", distroless.images())
def test_every_image_is_read(image: str) -> None:
    found = distroless.contents(distroless.DISTROLESS + image)
    assert found
    assert found.image == image
    assert found.packages


@given(st.text())
def test_other_images_have_no_contents(reference: str) -> None:
    assert distroless.contents(reference) is None
