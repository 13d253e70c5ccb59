"""The shape of a rule pack's YAML, and the JSON Schema that editors check it with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from invoiceocr.kinds import builtin
from invoiceocr.proof import Severity, Verdict
from invoiceocr.yaml_file import YamlNode

Outcome = Literal["pass", "fail", "unknown", "skip"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
# a user's own kinds and families are names, too
NAMES = {"minLength": 1, "type": "string"}
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


def _offer_names(schema: dict[str, object]) -> None:
    """Makes editors offer the built-in kinds and families."""
    schema.clear()
    schema["anyOf"] = [{"enum": [*builtin().families, *builtin().kinds]}, NAMES]


Kind = Annotated[str, Field(json_schema_extra=_offer_names)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Bilingual(_Strict):
    """A text in Chinese and in English; messages hold expressions in braces, such as {total}."""

    zh: Text
    en: Text


class RuleTest(_Strict):
    """An embedded test: given these fields and this context, the rule has this outcome."""

    name: Text
    given: dict[str, YamlNode] = Field(
        default_factory=dict, description="Fields, such as total or buyer.tax_id, and items."
    )
    context: dict[str, YamlNode] = Field(default_factory=dict, description="today, claim_date, qr, company, batch, ...")
    expect: Outcome
    severity: Severity | None = Field(default=None, description="The severity the finding must have.")
    supports: list[str] | None = Field(default=None, description="All paths the rule must give evidence for.")


class RuleFile(_Strict):
    """One rule. In a pack that extends another, an id of that pack changes only the keys given here."""

    id: Identifier
    title: Bilingual | None = Field(default=None, description="What must hold.")
    severity: Severity | Annotated[dict[Severity, Text], Field(min_length=1)] | None = Field(
        default=None, description="One severity, or severities with their conditions in order; the last is `otherwise`."
    )
    verdict: Verdict | None = Field(
        default=None, description="What the invoice gets where the rule fails; by default the severity decides."
    )
    applies_to: list[Kind] | None = Field(default=None, description="Kinds or families, instead of the pack's.")
    each: Text | None = Field(default=None, description="`i in items`: judge every row by itself.")
    when: Text | None = Field(default=None, description="The rule is skipped where this is false.")
    assert_: Text | None = Field(default=None, alias="assert", description="What must be true.")
    message: Bilingual | None = Field(default=None, description="The finding, with expressions in braces.")
    witness: bool | list[Text] = Field(
        default=False, description="Whether passing is independent evidence for the fields read, or for these fields."
    )
    witness_if: Text | None = Field(default=None, description="A pass is evidence only where this is true as well.")
    certain_only: bool = Field(
        default=False, description="A pass is evidence only for those of the fields whose characters are certain."
    )
    repair: list[Text] = Field(default_factory=list, description="Fields whose reading the solver may change.")
    fields: list[Text] = Field(default_factory=list, description="Fields the finding names, instead of those read.")
    tests: list[RuleTest] = Field(default_factory=list)


class PackFile(_Strict):
    """A rule pack of invoiceocr."""

    pack: Identifier
    version: int = Field(default=1, ge=1)
    title: Bilingual | None = None
    extends: Text | list[Text] = Field(
        default_factory=list, description="Packs this one starts from: their names, or files relative to this one."
    )
    applies_to: list[Kind] = Field(default_factory=list, description="Kinds or families that the rules judge.")
    params: dict[Name, YamlNode] = Field(
        default_factory=dict, description="Constants: numbers (in quotes), texts, dates, booleans or lists of them."
    )
    let: dict[Name, Text] = Field(default_factory=dict, description="Named expressions.")
    disable: list[Identifier] = Field(default_factory=list, description="Rules of the extended packs to leave out.")
    rules: list[RuleFile] = Field(default_factory=list)


def json_schema() -> dict[str, object]:
    """The JSON Schema of rule packs, for editors."""
    return {"$schema": SCHEMA_ID} | PackFile.model_json_schema(by_alias=True)


def known_keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys that the mapping at *location* of a pack may have."""
    model: type[BaseModel] = PackFile
    for key in location:
        model = NESTED.get(str(key), model)
    return [field.alias or name for name, field in model.model_fields.items()]


NESTED: dict[str, type[BaseModel]] = {
    "rules": RuleFile,
    "tests": RuleTest,
    "title": Bilingual,
    "message": Bilingual,
}
