from pathlib import Path

from bench import flame
from bench.flame import Samples
from invoiceocr import Reader
from invoiceocr.settings import Settings
from invoiceocr.specimens import Order, deliver


def samples(**seconds: float) -> Samples:
    """Samples of stacks whose functions are joined by __."""
    found = Samples()
    for stack, spent in seconds.items():
        found.seconds[tuple(stack.split("__"))] = spent  # type: ignore[assignment]
    return found


def test_a_function_is_as_wide_as_its_time_and_stands_below_its_caller() -> None:
    # when
    picture = flame.drawn(flame.tree(samples(read__find=3.0, read__judge=1.0)))

    # then
    assert '<title>read: 100.0 %</title><rect x="0.0" y="0" width="1200.0"' in picture
    assert f'<title>find: 75.0 %</title><rect x="0.0" y="{flame.ROW}" width="900.0"' in picture
    assert f'<title>judge: 25.0 %</title><rect x="900.0" y="{flame.ROW}" width="300.0"' in picture


def test_the_list_has_what_functions_take_by_themselves() -> None:
    found = samples(read__find=3.0, read=1.0, other__find=1.0)

    assert list(flame.itself(found, 2)) == [("`find`", "2000"), ("`read`", "500")]


def test_reading_is_sampled_from_the_reader_inward(tmp_path: Path) -> None:
    # given
    file = tmp_path / "发票.pdf"
    file.write_bytes(deliver(Order("digital_ordinary", 12, "pdf")).data)

    # when
    found = flame.sampled(Reader(Settings(threads=1)), [file] * 3)

    # then
    inside = [stack for stack in found.seconds if stack[0].endswith("Reader.read_one")]
    assert any("extraction.extractor:Extractor.__call__" in stack for stack in inside)
    assert sum(found.seconds.values()) > 0.01
