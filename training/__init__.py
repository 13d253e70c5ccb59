"""Training: draws lines of text like those on invoices and trains small recognizers on them.

Needs the extra `training`; docs/training.md has the commands.
"""
