"""Invoices on paper: a cover sheet with totals, then the invoices, several on a sheet."""
