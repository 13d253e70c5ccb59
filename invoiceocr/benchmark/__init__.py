"""A public benchmark: specimens of every kind under fixed conditions, a scorer, a report, for any tool.

`invoiceocr-bench --help`; what it measures and how figures are compared is in docs/bench.md.
"""
