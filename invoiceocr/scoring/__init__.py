"""Labels against results: reading labelled documents and scoring fields; used by bench, training and users."""
