"""How sure each field is, and whether the invoice passes."""
