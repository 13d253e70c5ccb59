import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.export.explanation.markup import element, escaped, joined


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(), st.text())
def test_whatever_is_said_stays_text(text: str, attribute: str) -> None:
    seen = Seen()

    seen.feed(element("p", text, title=attribute))
    seen.close()

    assert [tag for tag, _ in seen.tags] == ["p"]
    assert list(seen.tags[0][1]) == ["title"]
    assert not re.search("[\x00-\x08\u202e]", seen.text)


def test_elements_hold_elements_and_texts() -> None:
    assert element("p", element("b", "a<b"), " & ", class_="x y") == '<p class="x y"><b>a&lt;b</b> &amp; </p>'


def test_an_element_without_content_is_not_closed() -> None:
    assert element("meta", http_equiv="refresh") == '<meta http-equiv="refresh">'


def test_markup_is_not_escaped_twice() -> None:
    assert joined(escaped("<"), "<") == "&lt;&lt;"
