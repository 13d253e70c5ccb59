import shutil
from pathlib import Path

import pytest
from sheets import schemas

from invoiceocr import resources
from invoiceocr.errors import SchemaError
from invoiceocr.extraction import schema


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the package's schemas to spoil."""
    return shutil.copytree(resources.folder("schemas"), tmp_path / "schemas")


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has changed: {old!r} is no part of it"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_schemas_of_the_package_load() -> None:
    found = schemas()

    assert len(found.captions) > 40


def test_captions_are_stored_folded_with_their_anchors_as_flags() -> None:
    captions = {(caption.id, caption.form): caption for caption in schemas().captions}

    name = captions["party_name", "名称"]
    assert (name.starts, name.ends, name.vertical) == (True, True, False)
    assert captions["remarks", "备注"].vertical
    assert not captions["number", "发票号码"].starts


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        ("name", "测试采购有限公司", "03*4<>8+5629/7-*1>20"),
        ("name", "个人", "91110105MA01ABCD5F"),
        ("tax_id", "91110105MA01ABCD5F", "测试采购有限公司"),
        ("address_phone", "样例市测试路1号 010-00000000", "样例银行测试支行 0000111122223333"),
        ("bank_account", "样例银行测试支行 0000111122223333", "样例市测试路1号 010-00000000"),
        ("person", "王五", "样例市测试路1号 010-00000000"),
        ("cipher", "03*4<>8+5629/7-*1>20<45+38*9", "0000111122223333"),
        ("words", "壹佰零陆圆整", "¥106.00"),
    ],
)
def test_a_shape_fits_what_it_is_named_after_better_than_what_stands_beside_it(shape: str, good: str, bad: str) -> None:
    fit = schemas().shapes[shape].fit

    assert fit(good) > fit(bad)


def test_a_text_is_compared_with_a_shape_in_folded_form() -> None:
    fit = schemas().shapes["tax_id"].fit

    assert fit("９１１１０１０５ ＭＡ０１ＡＢＣＤ５Ｆ") == fit("91110105MA01ABCD5F")


SPOILED = [
    ("shapes.yaml", "- ['^\\p{Han}{2,4}$', 1.0]", "- ['^(\\p{Han}{2,4}$', 1.0]", "no regular expression"),
    ("shapes.yaml", "    otherwise: 0.0\n", "", "'otherwise' is missing"),
    ("labels.yaml", "  code: {forms:", "  code: {form:", "'forms' is missing"),
    ("labels.yaml", "labels:", "labels: [", "labels.yaml"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), SPOILED, ids=[f"{f}-{n}" for f, _, n, _ in SPOILED])
def test_a_mistake_fails_at_load_with_its_place(folder: Path, file: str, old: str, new: str, message: str) -> None:
    line = (folder / file).read_text(encoding="utf-8").partition(old)[0].count("\n") + 1
    spoil(folder, file, old, new)

    with pytest.raises(SchemaError, match=f"{message}") as caught:
        schema.load(folder)

    assert f"{file}:" in str(caught.value)
    assert caught.value.code == "bad_schema"
    if "missing" not in message and file != "labels.yaml":
        assert f"{file}:{line}:" in str(caught.value)


@pytest.mark.parametrize("file", ["labels.yaml", "shapes.yaml"])
@pytest.mark.parametrize("content", ["", "- a\n- b\n", "only text\n", "other: {}\n"])
def test_a_file_of_another_shape_fails_at_load_by_name(folder: Path, file: str, content: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")

    with pytest.raises(SchemaError, match=file):
        schema.load(folder)


@pytest.mark.parametrize("file", ["labels.yaml", "shapes.yaml"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()

    with pytest.raises(SchemaError, match=file):
        schema.load(folder)
