from bench.speed import IMPORT_TIME, titled


def test_the_import_time_is_that_with_all_it_imports() -> None:
    said = (
        "import time:       100 |        250 |   invoiceocr.errors\nimport time:        40 |       9000 | invoiceocr\n"
    )
    assert IMPORT_TIME.findall(said) == ["9000"]


def test_sorts_of_sources_have_names_for_people_and_mixed_ones_keep_theirs() -> None:
    assert titled("pdf pixels") == "PDF without text"
    assert titled("pdf + pdf pixels") == "pdf + pdf pixels"
