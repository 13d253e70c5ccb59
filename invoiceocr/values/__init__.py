"""One module per printed value, all of one shape: `compact`, `parse`, `is_valid`, `to_text`; pure functions."""
