import json

import pytest

from invoiceocr.json_text import as_json, escaped


@pytest.mark.parametrize("plain", [{"a": [1.5e-7, None, True, ("中", 10**30)]}, "\u2028\x00", [], float("inf")])
def test_what_was_written_is_read_again(plain: object) -> None:
    assert json.loads(as_json(plain)) == json.loads(json.dumps(plain))


def test_a_text_that_is_no_utf8_is_written_with_an_escape() -> None:
    assert as_json({"文件": "a\udcff"}) == '{"文件":"a\\udcff"}'.encode()


def test_a_name_that_is_no_utf8_can_be_stored() -> None:
    assert escaped("发票\udcb7.pdf").encode() == "发票\\udcb7.pdf".encode()
