"""The fast decoding of percent sequences makes what the standard library makes."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from vendor_sandbox.textlocal.percent import decoded, pairs

texts = st.text() | st.text(alphabet="%4aF=+&é \r\n2~", max_size=12)


@given(texts)
@example("100% %zz %4 %")
@example("%E2%82%AC=%0D\n==%FF")
def test_a_text_is_decoded_as_by_the_standard_library(text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert decoded(data, plus_is_space=False) == unquote(data.decode())
    assert decoded(data, plus_is_space=True) == unquote(data.decode().replace("+", " "))


@given(st.lists(st.tuples(st.text(), st.text())))
def test_a_form_is_read_as_by_the_standard_library(given_pairs: list[tuple[str, str]]) -> None:
    encoded = urlencode(given_pairs, errors="replace")
    assert pairs(encoded.encode()) == parse_qsl(encoded, keep_blank_values=True)


@given(texts)
def test_any_body_is_read(text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert pairs(data) == parse_qsl(data.decode(), keep_blank_values=True)
