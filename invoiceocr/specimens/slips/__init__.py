"""Invented papers of the kinds that are no VAT invoices: what they say, how they look, and their labels."""
