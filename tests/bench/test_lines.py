from sheets import vat

from bench.workers.lines import build


def test_the_lines_of_any_engine_become_invoices() -> None:
    page = vat().page("ocr")
    lines = [[line.text, 0.99, corners(line.box.as_tuple())] for line in page.lines]

    answer = build({"threads": 1})({"pages": [{"width": page.width, "height": page.height, "lines": lines}]})

    (invoice,) = answer["invoices"]
    assert (invoice["kind"], invoice["total"]) == ("e_vat_ordinary", "106.00")


def corners(box: tuple[float, float, float, float]) -> list[list[float]]:
    x0, y0, x1, y1 = box
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
