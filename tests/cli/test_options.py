from pathlib import Path

import pytest

from invoiceocr.cli.options import HELP, load_settings, locale_language, with_flags
from invoiceocr.settings import Settings


def test_every_setting_is_an_option_with_help() -> None:
    assert set(HELP) == set(Settings.model_fields)


def test_an_option_goes_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('threads = 1\nmax_pages = 1\npreprocess = "none"\n')
    environment = {"INVOICEOCR_THREADS": "2", "INVOICEOCR_MAX_PAGES": "2"}
    settings = load_settings(config, {"threads": "3", "max_pages": None, "rules": []}, environment)
    assert (settings.threads, settings.max_pages, settings.preprocess) == (3, 2, "none")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "INVOICEOCR_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_language_is_that_of_the_system(environment: dict[str, str], language: str) -> None:
    assert locale_language(environment) == language
    assert load_settings(None, {}, environment).language == language


def test_a_language_that_is_set_goes_over_that_of_the_system(tmp_path: Path) -> None:
    config = tmp_path / "settings.toml"
    config.write_text('language = "zh"\n')
    assert load_settings(config, {}, {"LANG": "en_US.UTF-8"}).language == "zh"


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        (["--check-pixels"], ["--check-pixels=true"]),
        (["--check-pixels", "a.pdf"], ["--check-pixels=true", "a.pdf"]),
        (["--check-pixels", "false", "a.pdf"], ["--check-pixels", "false", "a.pdf"]),
        (["--check-pixels", "--read-qr", "no"], ["--check-pixels=true", "--read-qr", "no"]),
        (["--no-read-qr", "a.pdf"], ["--read-qr=false", "a.pdf"]),
        (["--no-such", "--threads", "2"], ["--no-such", "--threads", "2"]),
        (["a.pdf", "--", "--check-pixels"], ["a.pdf", "--", "--check-pixels"]),
    ],
)
def test_a_setting_that_is_true_or_false_needs_no_value(given: list[str], spelled: list[str]) -> None:
    assert with_flags(given) == spelled
