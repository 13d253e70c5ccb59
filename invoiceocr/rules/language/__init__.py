"""The expression language of rules: syntax, types, compilation, evaluation."""
