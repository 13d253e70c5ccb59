"""Rules: a small typed language in YAML packs, and the engine that judges invoices by them."""

from invoiceocr.rules.context import BatchEntry, Company, RuleContext
from invoiceocr.rules.engine import Engine, RuleReport, RuleResult
from invoiceocr.rules.packs.pack import Pack, load_pack, load_packs
from invoiceocr.rules.packs.rule import Rule

__all__ = [
    "BatchEntry",
    "Company",
    "Engine",
    "Pack",
    "Rule",
    "RuleContext",
    "RuleReport",
    "RuleResult",
    "load_pack",
    "load_packs",
]
