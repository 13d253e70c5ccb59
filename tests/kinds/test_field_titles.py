from invoiceocr.kinds.field_titles import path_title


def test_a_field_is_called_by_its_row_or_party() -> None:
    assert path_title("items.0.amount") == ("明细第 1 行金额", "items row 1 amount")
    assert path_title("items.1") == ("明细第 2 行", "items row 2")
    assert path_title("buyer.tax_id") == ("购买方税号", "buyer tax id")
    assert path_title("weather") == ("weather", "weather")
