from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

from explained import HOSTILE, MISREAD, misread_tax_id, printed, trace_of
from lattices import lattice, read_again, recognized
from repair_cases import TAX_ID

from invoiceocr.adjudication.trace import InvoiceTrace
from invoiceocr.export.explanation.build import explain
from invoiceocr.export.explanation.page import as_page

LINKS = ("src", "href", "srcset", "action", "data", "poster", "xlink:href")
FORBIDDEN = {"script", "link", "iframe", "object", "embed", "form", "base"}


class Page(HTMLParser):
    """The elements of a page, what is written in it, and whether every element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if "style" not in self.open else ""

    def of_class(self, name: str) -> list[str]:
        return [tag for tag, attributes in self.elements if name in attributes.get("class", "").split()]

    def targets(self) -> list[str]:
        return [value for _, attributes in self.elements for name, value in attributes.items() if name in LINKS]


def page(*traces: InvoiceTrace, language: str = "zh", source: str = "a.png") -> Page:
    return Page(as_page(source, [explain(trace) for trace in traces], language))


def test_the_page_needs_nothing_but_itself() -> None:
    shown = page(trace_of(misread_tax_id()))

    assert shown.open == []
    assert not FORBIDDEN & {tag for tag, _ in shown.elements}
    assert all(target.startswith(("data:image/jpeg;base64,", "#")) for target in shown.targets())
    assert "url(" not in as_page("a", [explain(trace_of())], "zh")
    policy = next(a["content"] for _, a in shown.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy


def test_hostile_print_is_shown_and_does_nothing() -> None:
    # given: a name, its lattice and the file name are hostile
    name = replace(printed("seller.name", HOSTILE, HOSTILE), lattice=lattice("<&", {0: {'"': 0.3}}))

    # when
    shown = page(trace_of(name, source=HOSTILE), source=HOSTILE)

    # then
    assert shown.open == []
    assert not FORBIDDEN & {tag for tag, _ in shown.elements}
    assert not [name for _, attributes in shown.elements for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in shown.text
    assert "\u202e" not in shown.text


def test_each_field_shows_its_crop_its_characters_and_its_rules() -> None:
    total = replace(printed("total", "186.00", Decimal("186.00")), lattice=recognized("total", "186.00").lattice)

    shown = page(trace_of(total))

    assert shown.of_class("crop") == ["img"] * len([1 for tag, _ in shown.elements if tag == "rect"])
    assert "total-adds-up" in shown.text
    assert "fail" in {a.get("class") for _, a in shown.elements}
    assert shown.of_class("p3")


def test_a_character_has_the_color_of_its_probability_and_what_else_it_may_be_under_it() -> None:
    shown = page(trace_of(misread_tax_id(0.6)))

    (doubtful,) = [a for _, a in shown.elements if "p0" in a.get("class", "") or "p1" in a.get("class", "")]
    assert doubtful["class"] == "character p1"
    assert "8 4" in doubtful["title"] or "5 6" in doubtful["title"]


def test_a_repair_shows_what_was_read_what_it_became_and_why() -> None:
    shown = page(trace_of(misread_tax_id()))

    assert shown.of_class("repair") == ["div"]
    assert {"del", "ins"} <= {tag for tag, _ in shown.elements}
    assert MISREAD in shown.text
    assert TAX_ID in shown.text
    assert "第 8 位 8→5：销售方税号的校验位应正确" in shown.text
    assert "seller-tax-id-checksum" in shown.text


def test_boxes_on_the_page_lead_to_their_fields() -> None:
    shown = page(trace_of(misread_tax_id()), trace_of())

    ids = [attributes["id"] for tag, attributes in shown.elements if tag == "article"]
    links = [target[1:] for target in shown.targets() if target.startswith("#")]
    assert len(ids) == len(set(ids))
    assert {"f0-seller.tax_id", "f1-total"} <= set(links) <= set(ids)


def test_both_languages_are_there_and_one_is_shown() -> None:
    for language in ("zh", "en"):
        shown = page(trace_of(), language=language)

        (checked,) = [a["id"] for tag, a in shown.elements if tag == "input" and "checked" in a]
        assert checked == language
        assert "价税合计" in shown.text
        assert "seller tax id" in shown.text
        assert shown.of_class("zh")
        assert len(shown.of_class("zh")) == len(shown.of_class("en"))


def test_the_page_fits_the_screen_of_a_phone() -> None:
    (viewport,) = [a["content"] for tag, a in page(trace_of()).elements if a.get("name") == "viewport"]

    assert viewport == "width=device-width, initial-scale=1"


def test_a_source_without_a_picture_is_told_without_crops() -> None:
    shown = page(replace(trace_of(), pictures={}))

    assert not {"img", "svg"} & {tag for tag, _ in shown.elements}
    assert "113.00" in shown.text


def test_a_file_without_an_invoice_says_so() -> None:
    assert "没有发票" in page().text


def test_the_second_reading_stands_on_the_page_as_one() -> None:
    first = recognized("total", "113.00")
    page = Page(as_page("a.png", [explain(trace_of(first, read_again(first, "¥118.00")), "total")], "zh"))

    assert page.text.count("second reading") == 2
    assert "“¥118.00”" in page.text
