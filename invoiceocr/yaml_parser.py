"""The one door to the YAML parser, which is imported with the first file that is not stored in parsed form."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from invoiceocr.errors import InvoiceOCRError

# mappings and lists in one another; ours nest six deep
MAX_DEPTH = 20


class _Composer(Composer):
    """Refuses what nests too deep, before the parser recurses, aliases, which make one text stand for millions, and
    tags."""

    _depth = 0

    def compose_node(self, parent: object, index: object) -> object:
        if self.parser.check_event(AliasEvent):
            event = self.parser.get_event()
            raise MarkedYAMLError(None, None, "aliases are not read", event.start_mark)
        event = self.parser.peek_event()
        if getattr(event, "tag", None) is not None:
            raise MarkedYAMLError(None, None, f"the tag {event.tag} is not read", event.start_mark)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MarkedYAMLError(None, None, f"nested deeper than {MAX_DEPTH}", self.parser.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def parsed(text: str, name: str, error: type[InvoiceOCRError]) -> object:
    """The data of the YAML *text*, mappings and lists with `lc`, their places; *error* with line and column where it
    can't be read, *name* standing for the file."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Composer = _Composer
    try:
        return yaml.load(text)
    except MarkedYAMLError as cause:
        raise error(f"{name}{_at(cause)}: {_reason(cause)}") from cause
    except RecursionError:
        raise error(f"{name}: nested deeper than {MAX_DEPTH}") from None
    except (YAMLError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as cause:
        raise error(f"{name}: {cause}") from cause


def _at(cause: MarkedYAMLError) -> str:
    mark = cause.problem_mark or cause.context_mark
    return f":{mark.line + 1}:{mark.column + 1}" if mark else ""


def _reason(cause: MarkedYAMLError) -> str:
    return cause.problem or cause.context or "malformed YAML"
