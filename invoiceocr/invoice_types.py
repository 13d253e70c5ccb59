"""What every invoice has, whatever its kind; the models of the kinds in invoice.py are generated from these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Annotated, Literal, Self, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from invoiceocr.proof import Evidence, Finding, Verdict, Witness

Rate = Annotated[Decimal | str, Field(union_mode="left_to_right")]
"""A fraction (0.13) or a printed marker (免税, 不征税, ***); "0.13" of a JSON file is the fraction."""
NOT_PRINTED = frozenset({"evidence", "findings", "verdict", "page", "source", "box", "rotation"})
"""What is told of an invoice beside its kind and its printed fields."""


class PrintedRecord(BaseModel):
    """A frozen group of printed fields; a field goes by its name in the contract, whatever attribute holds it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
        # a user's kind may have a field called model_number
        protected_namespaces=(),
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """What is printed: the fields that have a value."""
        return ((name, value) for name, value in self if value not in (None, (), "", False))


class Party(PrintedRecord):
    """A buyer or seller as printed."""

    name: str | None = None
    tax_id: str | None = None
    address_phone: str | None = None
    bank_account: str | None = None


class Invoice(PrintedRecord):
    """What every kind has: identity, money, parties, and the proof of each field. `box` is the place of this paper on
    its page (x0, y0, x1, y1 in pixels of the upright picture, or in points); None if it fills the page. `rotation` is
    how far it was turned clockwise to make it upright, in degrees."""

    kind: str
    code: str | None = None
    number: str | None = None
    issue_date: date | None = None
    total: Decimal | None = None
    total_in_words: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = "review"
    page: int | None = None
    source: str | None = None
    box: tuple[float, float, float, float] | None = None
    rotation: Literal[0, 90, 180, 270] = 0

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """What distinguishes invoices; everything else is in `model_dump`."""
        shown = {"kind": self.kind, "code": self.code, "number": self.number, "total": self.total}
        yield from ((name, value) for name, value in shown.items() if value is not None)
        yield "verdict", self.verdict

    @model_validator(mode="after")
    def _evidence_in_types(self) -> Self:
        """Gives the values of evidence that comes from JSON, as text, the types of their fields."""
        typed = {path: found for path, proof in self.evidence.items() if (found := _typed(type(self), path, proof))}
        if typed:
            object.__setattr__(self, "evidence", {**self.evidence, **typed})
        return self


def _typed(model: type[BaseModel], path: str, proof: Evidence) -> Evidence | None:
    """*proof* with values of the type of the field at *path*; None if they already have it."""
    told = (proof.value, *(witness.value for witness in proof.witnesses))
    if not any(isinstance(value, str) for value in told):
        return None
    adapter = _adapter(model, ".".join("N" if part.isdecimal() else part for part in path.split(".")))
    if adapter is None:
        return None
    witnesses = tuple(_retyped(witness, adapter) for witness in proof.witnesses)
    return proof.model_copy(update={"value": _value(proof.value, adapter), "witnesses": witnesses})


def _retyped(witness: Witness, adapter: TypeAdapter[object]) -> Witness:
    return witness.model_copy(update={"value": _value(witness.value, adapter)})


def _value(value: object, adapter: TypeAdapter[object]) -> object:
    """*value* in the type of its field; unchanged if that is impossible, because a witness may have stated something
    else."""
    try:
        return adapter.validate_python(value) if isinstance(value, str) else value
    except ValidationError:
        return value


@lru_cache(maxsize=4096)
def _adapter(model: type[BaseModel], path: str) -> TypeAdapter[object] | None:
    """The validator of the field at *path* (`items.N.amount`); None for text and for fields that *model* doesn't
    have."""
    annotation: object = model
    for name in path.split("."):
        annotation = _member(annotation, name)
    return None if annotation in (None, str) else TypeAdapter(cast("type[object]", annotation))


def _member(annotation: object, name: str) -> object:
    """The type of the part called *name* of a model, or of the rows of a list; None if there is none."""
    if name == "N":
        return get_args(annotation)[0] if get_origin(annotation) is tuple else None
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return None
    fields: Mapping[str, object] = {
        info.alias or key: _required(Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation)
        for key, info in annotation.model_fields.items()
    }
    return fields.get(name)


def _required(annotation: object) -> object:
    """The type without the None that every field may be."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    rest = tuple(part for part in get_args(annotation) if part is not type(None))
    return rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007
