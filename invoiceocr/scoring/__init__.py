"""Labels against results: reading labeled documents and scoring fields; used by bench, training and users."""
