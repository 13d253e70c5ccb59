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


def test_an_account_with_a_caption_may_stand_in_the_next_line() -> None:
    (found,) = remarks.stated("购方开户行：样例银行样例支行\n账号：0000111122223333")
    assert found[:2] == ("buyer.bank_account", "样例银行样例支行 0000111122223333")


@pytest.mark.parametrize("between", [" 行号：102100000000 ", "，联行号102100000000，账号：", " 购方账号："])
def test_the_account_of_a_party_is_no_number_of_its_bank(between: str) -> None:
    (found,) = remarks.stated(f"购方开户行：样例银行样例支行{between}0000111122223333")
    assert found[:2] == ("buyer.bank_account", "样例银行样例支行 0000111122223333")


@pytest.mark.parametrize(
    "text",
    [
        "购方开户行：样例银行样例支行 销方账号：0000111122223333",
        "购方开户行：样例银行样例支行\n订单号 0000111122223333",
        "购方开户行：样例银行样例支行 电话 010-55550001",
        "购方开户行：样例银行样例支行 行号：102100000000",
        "购方地址：样例路2号 销方电话：010-55550001",
        "购方地址：样例市样例区样例路2号\n2026-11-30 2026-12-01",
        "购方地址：样例市样例区样例路2号2026-11-30 2026-12-01",
        "购方地址：样例市样例区样例路2号 20261130 2026-12-01",
        "购方地址：电话 010-55550001",
        "购方地址：样例路2号\n合同 第三页 0000-1111",
        "代付款方地址：样例路2号 010-55550001",
    ],
)
def test_the_number_of_something_else_is_none_of_the_party(text: str) -> None:
    assert list(remarks.stated(text)) == []


@pytest.mark.parametrize(
    "text", ["购方地址:-;电话:-;销方开户银行:;银行账号:", "请付款到我方开户行", "销方银行账号：0000111122223333"]
)
def test_captions_without_both_values_state_nothing(text: str) -> None:
    assert list(remarks.stated(text)) == []


@pytest.mark.parametrize(
    "filler", [",", "\n", ",\n", ", ", " ,", " ", "(", "销方银行:", "(1", "行号 ", "1 ", "购方地址:a("]
)
@pytest.mark.parametrize("path", ["buyer.address_phone", "buyer.bank_account"])
def test_long_remarks_take_no_time(path: str, filler: str) -> None:
    text = "购方地址：a购方开户行：a" + filler * 20_000 + "x"
    start = time.process_time()
    remarks.patterns()[path].search(text)

    assert time.process_time() - start < 1.0
