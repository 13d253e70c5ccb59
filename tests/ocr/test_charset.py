import dataclasses

import numpy as np
import pytest

from invoiceocr.errors import ModelError
from invoiceocr.ocr.charset import charset
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.recognizer import open_recognizer
from invoiceocr.ocr.session import Network


def network(reader: TextReader, **metadata: str) -> Network:
    return dataclasses.replace(reader.recognize.network, metadata=metadata)


def test_classes_are_the_blank_the_dictionary_and_a_space(text_reader: TextReader) -> None:
    assert charset(network(text_reader, character="一\n二\n")) == ("", "一", "二", " ")


def test_white_space_in_the_dictionary_is_a_character(text_reader: TextReader) -> None:
    assert charset(network(text_reader, character="\u3000\na\n\t")) == ("", "\u3000", "a", "\t", " ")


@pytest.mark.parametrize(("name", "classes"), [("ppocrv6-small-rec", 18710), ("crnn-zh", 7232), ("crnn-id", 56)])
def test_there_is_a_character_for_every_class_of_the_network(name: str, classes: int) -> None:
    recognizer = open_recognizer(name)
    pixels = np.zeros((1, 3, recognizer.network.entry.input_height, 64), np.float32)
    assert len(charset(recognizer.network)) == classes == recognizer.network(pixels).shape[2]


def test_a_network_without_a_dictionary_is_a_model_error(text_reader: TextReader) -> None:
    with pytest.raises(ModelError, match="dictionary"):
        charset(network(text_reader))
