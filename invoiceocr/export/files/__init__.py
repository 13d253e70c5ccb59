"""Files that are written: named after their invoices, whole or not at all."""
