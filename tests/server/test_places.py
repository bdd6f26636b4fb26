"""Places in a file as editors count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind

from dfopt.server.places import Places

TEXTS = st.text(st.sampled_from("aé€😀\t \x0c\x85\u2028\r\n"))


@given(TEXTS, st.sampled_from(PositionEncodingKind))
def test_a_place_and_its_byte_are_one(text, encoding):
    places = Places(text, encoding)
    offsets = [len(text[:index].encode()) for index in range(len(text) + 1)]
    inside_line_ends = {len(text[: index + 1].encode()) for index in range(len(text) - 1) if text[index:][:2] == "\r\n"}
    for offset in set(offsets) - inside_line_ends:
        assert places.offset(places.position(offset)) == offset


@pytest.mark.parametrize(
    ("encoding", "character"),
    [(PositionEncodingKind.Utf8, 6), (PositionEncodingKind.Utf16, 4), (PositionEncodingKind.Utf32, 3), (None, 4)],
)
def test_characters_are_counted_as_the_editor_asked(encoding, character):
    before = "FROM a\n# \N{PILE OF POO}"
    assert Places(f"{before}!", encoding).position(len(before.encode())) == Position(1, character)


def test_a_place_behind_the_end_is_the_end():
    places = Places("FROM a\nRUN b\n", None)
    assert places.offset(Position(0, 99)) == len("FROM a\n")
    assert places.offset(Position(9, 0)) == len("FROM a\nRUN b\n")
