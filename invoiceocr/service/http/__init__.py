"""What every request and answer goes through: addresses, forms, tokens, errors."""
