"""How the fields of an invoice came about, in words, as JSON and as a page with pictures."""
