"""The training room: draws lines of text as invoices bear them and trains small recognizers on them.

Needs the extra `training`; docs/models.md has the commands.
"""
