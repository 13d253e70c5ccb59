import time

import pytest

from invoiceocr.kinds import remarks

ADDRESS = "样例市样例路2号 010-55550001"


@pytest.mark.parametrize(
    "text",
    [
        "购方地址:样例市样例路2号;电话:010-55550001;",
        "购买方注册地址：样例市样例路2号，联系电话：010-55550001",
        "购方公司地址及电话：样例市样例路2号 010-55550001",
        "购货单位地址：样例市样例路2号 TEL：010-55550001",
        "买方地址、电话：样例市样例路2号010-55550001",
    ],
)
def test_the_address_of_a_party_is_known_in_all_wordings(text: str) -> None:
    assert [(path, value) for path, value, _ in remarks.stated(text)] == [("buyer.address_phone", ADDRESS)]


@pytest.mark.parametrize(
    "text", ["购方地址:-;电话:-;销方开户银行:;银行账号:", "请付款到我方开户行", "销方银行账号：0000111122223333"]
)
def test_captions_without_both_values_state_nothing(text: str) -> None:
    assert list(remarks.stated(text)) == []


@pytest.mark.parametrize("filler", [",", ", ", "销方银行:", "(1", "行号 ", "1 "])
def test_long_remarks_take_no_time(filler: str) -> None:
    start = time.process_time()
    list(remarks.stated("销方开户行:样例销方地址:样例" + filler * 5000))

    assert time.process_time() - start < 1.0
