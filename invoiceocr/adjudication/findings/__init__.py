"""Findings that come from the witnesses themselves, and not from rules."""
