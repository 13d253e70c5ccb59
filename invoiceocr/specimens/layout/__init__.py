"""Where the content of a specimen stands on its page: forms, tables, seals."""
