"""Words and figures."""

import pytest

from dfopt.layers.fleet import Image, Layer
from dfopt.layers.picture.labels import instruction, percent, shared_prefix, shortened, titles


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("/bin/sh -c apt-get update", "RUN apt-get update"),
        ("/bin/sh -c #(nop) COPY file:5a in /srv ", "COPY file:5a in /srv"),
        ("RUN /bin/sh -c make install # buildkit", "RUN make install"),
        ("RUN |2 VERSION=1.2 EMPTY= /bin/sh -c make # buildkit", "RUN make"),
        ("COPY . /srv # buildkit", "COPY . /srv"),
        ("RUN echo '/bin/sh -c x'", "RUN echo '/bin/sh -c x'"),
        ("RUN set -e\n  make\u202e", "RUN set -e make\ufffd"),
        ("", "instruction unknown"),
    ],
)
def test_an_instruction_is_told_as_a_dockerfile_has_it(written, told):
    assert instruction(Layer("id", written, None, None)) == told


@pytest.mark.parametrize(("share", "told"), [(0, "0 %"), (0.004, "0.4 %"), (0.0994, "9.9 %"), (0.5, "50 %")])
def test_shares_have_two_digits_at_most(share, told):
    assert percent(share) == told


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (["r.example/a/x:1", "r.example/a/y:1"], "r.example/a/"),
        (["r.example/a", "r.example/ab/c"], "r.example/"),
        (["a/x", "b/x"], ""),
        (["same/x", "same/x"], "same/"),
        (["only/one"], ""),
        ([], ""),
    ],
)
def test_what_all_names_begin_with(names, prefix):
    assert shared_prefix(names) == prefix


def test_platforms_are_told_where_there_are_several():
    arm, amd = Image("a", "linux/arm64", ()), Image("a", "linux/amd64", ())
    assert titles([arm, amd]) == ["a (linux/arm64)", "a (linux/amd64)"]
    assert titles([amd, amd]) == ["a", "a"]


@pytest.mark.parametrize(
    ("text", "room", "keep_end", "told"),
    [
        ("whole", 5, False, "whole"),
        ("too long", 5, False, "too…"),
        ("too long", 5, True, "…long"),
        ("漢字漢字", 5, False, "漢字…"),
        ("漢字漢字", 8, False, "漢字漢字"),
    ],
)
def test_shortened_by_columns(text, room, keep_end, told):
    assert shortened(text, room, keep_end) == told
