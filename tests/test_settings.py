import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from invoiceocr.errors import SettingsError
from invoiceocr.settings import PREFIX, RENAMED, Company, Settings


def test_defaults_need_nothing() -> None:
    assert Settings.load(environment={}) == Settings()


def test_keywords_win_over_the_environment_which_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "invoiceocr.toml"
    file.write_text("threads = 1\nmax_pages = 10\nrender_dpi = 150.0\n", encoding="utf-8")

    found = Settings.load(file, environment={"INVOICEOCR_THREADS": "2", "INVOICEOCR_MAX_PAGES": "20"}, threads=3)

    assert (found.threads, found.max_pages, found.render_dpi) == (3, 20, 150.0)


def test_a_keyword_of_none_leaves_the_default() -> None:
    assert Settings.load(environment={}, threads=None).threads == Settings().threads


def test_other_variables_of_the_environment_are_left_alone() -> None:
    assert Settings.load(environment={"THREADS": "9", "INVOICEOCR_HOME": "/x"}) == Settings()


def test_rule_packs_are_parted_as_paths_are(tmp_path: Path) -> None:
    parts = os.pathsep.join([str(tmp_path / "a.yaml"), "", str(tmp_path / "规则")])

    assert Settings.load(environment={"INVOICEOCR_RULES": parts}).rules == (tmp_path / "a.yaml", tmp_path / "规则")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"treads": 2}, "treads"),
        ({"threads": -1}, "threads"),
        ({"threads": "many"}, "threads"),
        ({"render_dpi": 10}, "render_dpi"),
        ({"accept_confidence": 1.5}, "accept_confidence"),
        ({"preprocess": "magic"}, "preprocess"),
        ({"language": "fr"}, "language"),
        ({"today": "yesterday"}, "today"),
        ({"claim_date": "soon"}, "claim_date"),
        ({"max_error_rate": 0}, "max_error_rate"),
        ({"precedence": ["xlm"]}, "precedence.0"),
        ({"precedence": ["xml", "xml"]}, "precedence"),
        ({"companies": ["=91110105MA01ABCD5F"]}, "companies.0.name"),
        ({"companies": [{"name": "测试有限公司", "tax_id": "1"}]}, "companies.0.tax_id"),
    ],
)
def test_a_setting_that_is_unknown_or_out_of_range_is_named(options: dict[str, Any], name: str) -> None:
    with pytest.raises(SettingsError, match=f"setting {name}:") as caught:
        Settings.load(environment={}, **options)

    assert caught.value.code == "bad_settings"


def test_a_wrong_value_in_the_environment_is_named() -> None:
    with pytest.raises(SettingsError, match="max_pages"):
        Settings.load(environment={PREFIX + "MAX_PAGES": "0"})


@pytest.mark.parametrize("content", [b"threads = ", b"\xff\xfe", None])
def test_a_file_that_is_no_toml_or_not_there_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "own.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsError, match=r"own\.toml"):
        Settings.load(file, environment={})


def test_values_of_the_environment_become_their_types() -> None:
    found = Settings.load(environment={"INVOICEOCR_READ_QR": "false", "INVOICEOCR_TODAY": "2025-06-01"})

    assert (found.read_qr, found.today) == (False, date(2025, 6, 1))


def test_companies_come_from_a_file_the_environment_or_text(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[[companies]]\nname = "测试有限公司"\ntax_id = "91110105MA01ABCD5F"\n', encoding="utf-8")
    known = (Company(name="测试有限公司", tax_id="91110105MA01ABCD5F"),)

    assert Settings.load(file, environment={}).companies == known
    assert Settings.load(environment={}, companies=["测试有限公司=91110105MA01ABCD5F"]).companies == known
    told = {"INVOICEOCR_COMPANIES": "测试有限公司 = 91110105MA01ABCD5F; 样例有限公司"}
    assert Settings.load(environment=told).companies == (*known, Company(name="样例有限公司"))


def test_the_order_of_sources_comes_from_the_environment() -> None:
    assert Settings.load(environment={"INVOICEOCR_PRECEDENCE": "qr, xml"}).precedence == ("qr", "xml")


@pytest.mark.parametrize("former", ["close_recognizer", "second_recognizer"])
def test_a_former_name_of_a_setting_works_and_warns(former: str) -> None:
    with pytest.warns(DeprecationWarning, match=RENAMED[former]):
        settings = Settings.load(environment={f"{PREFIX}{former.upper()}": "none"})

    assert getattr(settings, RENAMED[former]) == "none"


def test_a_wrong_setting_is_told_with_file_line_and_the_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("# ours\nthreads = 1\nmax_page = 10\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"own\.toml:3: setting max_page: .*did you mean max_pages\?"):
        Settings.load(file, environment={})


def test_a_wrong_value_is_told_with_where_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("max_pages = 0\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"own\.toml:1: setting max_pages"):
        Settings.load(file, environment={})
    with pytest.raises(SettingsError, match="INVOICEOCR_THREADS: setting threads"):
        Settings.load(environment={"INVOICEOCR_THREADS": "many"})


@pytest.mark.parametrize(("misspelled", "meant"), [("THREDS", "THREADS"), ("LANG", "LANGUAGE"), ("LEGDER", "LEDGER")])
def test_a_misspelled_variable_of_the_environment_is_told_with_the_nearest_name(misspelled: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{PREFIX}{misspelled}: .*did you mean {PREFIX}{meant}") as caught:
        Settings.load(environment={PREFIX + misspelled: "1"})

    assert caught.value.zh == f"环境变量 {PREFIX}{misspelled}：没有这个设置，是不是 {PREFIX}{meant}？"


def test_variables_that_commands_or_kubernetes_use_are_left_alone() -> None:
    names = ("TOKEN", "LEDGER", "PORT", "SERVICE_HOST", "SERVICE_PORT", "PORT_8080_TCP", "PORT_8080_TCP_PROTO")

    assert Settings.load(environment={PREFIX + name: "x" for name in names}) == Settings()


@pytest.mark.parametrize("given", ["no,number=票号,total", ("no", "number=票号,total"), ["no", "number=票号", "total"]])
def test_columns_are_parted_by_commas_wherever_they_are_given(given: object) -> None:
    assert Settings(columns=given).columns == ("no", "number=票号", "total")  # type: ignore[arg-type]
