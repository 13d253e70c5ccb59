"""The training room: draws lines of text as invoices bear them and trains small recognizers on them.

Needs the extra `training`; docs/training.md has the commands.
"""
