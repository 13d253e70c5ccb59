import dataclasses

import pytest

from invoiceocr.errors import ModelError
from invoiceocr.ocr.charset import charset
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.session import Network


def network(reader: TextReader, **metadata: str) -> Network:
    return dataclasses.replace(reader.recognize.network, metadata=metadata)


def test_classes_are_the_blank_the_dictionary_and_a_space(text_reader: TextReader) -> None:
    assert charset(network(text_reader, character="一\n二\n")) == ("", "一", "二", " ")


def test_white_space_in_the_dictionary_is_a_character(text_reader: TextReader) -> None:
    assert charset(network(text_reader, character="\u3000\na\n\t")) == ("", "\u3000", "a", "\t", " ")


def test_there_is_a_character_for_every_class_of_the_network(text_reader: TextReader) -> None:
    assert len(charset(text_reader.recognize.network)) == 18710


def test_a_network_without_a_dictionary_is_a_model_error(text_reader: TextReader) -> None:
    with pytest.raises(ModelError, match="dictionary"):
        charset(network(text_reader))
