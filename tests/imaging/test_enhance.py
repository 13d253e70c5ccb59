import drawn
import numpy as np

from invoiceocr.imaging import enhance
from invoiceocr.page import PageImage


def test_the_classic_chain_leaves_black_and_white() -> None:
    page = PageImage(drawn.paper(400, 120, [(20, 30, "发票代码")], size=32, ink=drawn.BLUE))

    found = enhance.classic(page)

    assert set(np.unique(found.pixels)) == {0, 255}
    assert found.pixels.shape == page.pixels.shape


def test_print_stays_black_under_a_shadow() -> None:
    page = drawn.paper(400, 120, [(20, 30, "发票"), (300, 30, "发票")], size=32)
    shadow = np.linspace(1.0, 0.35, 400)[None, :, None]

    found = enhance.classic(PageImage((page * shadow).astype(np.uint8))).pixels[:, :, 0]

    left, right = (found[30:75, x : x + 70] for x in (20, 300))
    assert 0.5 < (left == 0).mean() / (right == 0).mean() < 2
    assert (found[:, 150:280] == 255).mean() > 0.95


def test_places_stay_where_they_are() -> None:
    page = PageImage(drawn.paper(40, 30), transform=np.diag([2.0, 2.0, 1.0]))

    assert enhance.classic(page).transform is page.transform
