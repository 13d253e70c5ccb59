import pytest

from invoiceocr.ledger.register_states import State, graver, riskier, state_of


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (None, State.UNTOLD),
        ("正常", State.HARMLESS),
        ("已作废", State.VOIDED),
        ("不作废", State.HARMLESS),
        ("尚未被作废", State.HARMLESS),
        ("无法作废", State.HARMLESS),
        ("未勾选，已作废", State.VOIDED),
        ("未认证已作废", State.VOIDED),
        ("已冲红", State.REVERSED),
        ("全额冲红", State.REVERSED),
        ("已开具红字发票", State.REVERSED),
        ("可冲红", State.HARMLESS),
        ("部分红冲", State.PARTLY_REVERSED),
        ("未全额红冲", State.ABNORMAL),
        ("未作废，已红冲-部分", State.PARTLY_REVERSED),
        ("非正常", State.ABNORMAL),
        ("未发现异常", State.HARMLESS),
        ("正常（非异常凭证）", State.HARMLESS),
    ],
)
def test_a_state_says_what_it_means_unless_it_is_denied(words: str | None, state: State) -> None:
    assert state_of(words) is state


@pytest.mark.parametrize(
    ("light", "grave"),
    [
        (None, "正常"),
        ("未作废", "已作废"),
        ("有效", "失控"),
        ("已红冲-部分", "已红冲-全额"),
        ("已红冲-全额", "已作废"),
    ],
)
def test_the_graver_state_counts_in_any_order(light: str | None, grave: str) -> None:
    assert graver(light, grave) == graver(grave, light) == grave


@pytest.mark.parametrize(("light", "grave"), [("无", "疑点发票"), ("正常", "疑点发票"), (None, "无")])
def test_the_graver_risk_counts_in_any_order(light: str | None, grave: str) -> None:
    assert riskier(light, grave) == riskier(grave, light) == grave
