"""What scripts write into docs/ is as the scripts write it today."""

from pathlib import Path

from tools.cli_reference import FILE, reference
from tools.pictures import FOLDER, pictures
from tools.site_hooks import on_page_markdown

ROOT = Path(__file__).parents[2]


def test_the_reference_of_the_command_line_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == reference(), "run python -m tools.cli_reference"


def test_the_pictures_of_the_concepts_are_fresh() -> None:
    made = pictures()
    stale = [name for name, text in made.items() if (FOLDER / name).read_text(encoding="utf-8") != text]
    assert not stale, "run python -m tools.pictures"


def test_a_link_out_of_the_documents_becomes_a_name() -> None:
    text = on_page_markdown("see [examples](../examples/bots/README.md) and [rules](rules.md)")
    assert text == "see examples (`examples/bots/README.md` in the repository) and [rules](rules.md)"
