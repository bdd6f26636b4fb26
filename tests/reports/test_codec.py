"""Findings survive the way to JSON and back."""

from hypothesis import given
from hypothesis import strategies as st

from dfopt.reports.codec import decode, encode
from dfopt.rules.diagnostic import Basis, Cost, Diagnostic, Fix, Safety, Severity
from dfopt.syntax.edits import Edit
from dfopt.syntax.positions import Lines

TEXT = "FROM scratch\nRUN echo \udcff ключ\n"
LENGTH = len(TEXT.encode("utf-8", "surrogateescape"))

spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(
    lambda ends: Lines(TEXT).span(min(ends), max(ends))
)
edits = st.builds(
    lambda ends, text: Edit(min(ends), max(ends), text),
    st.tuples(st.sampled_from([0, 5, 13, 17, LENGTH]), st.sampled_from([0, 5, 13, 17, LENGTH])),
    st.text(),
)
diagnostics = st.builds(
    Diagnostic,
    rule=st.just("a-rule"),
    aliases=st.lists(st.text(), max_size=2).map(tuple),
    group=st.just("size"),
    severity=st.sampled_from(Severity),
    message=st.text(),
    help=st.text(),
    url=st.text(),
    span=spans,
    cost=st.none() | st.builds(Cost, st.integers(1), st.sampled_from(Basis)),
    fix=st.none() | st.builds(Fix, st.sampled_from(Safety), st.text(), st.lists(edits, min_size=1).map(tuple)),
)


@given(st.lists(diagnostics, max_size=4))
def test_decoding_gives_back_what_was_encoded(found: list[Diagnostic]) -> None:
    assert list(decode(encode(found, Lines(TEXT)))) == found
