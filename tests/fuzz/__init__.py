"""A structure-aware fuzzer: specimens of every format, damaged where their structure is, read like any file.

python -m tests.fuzz --seconds 300 --seed 1

A case is a number: the same seed and number give the same bytes. What is found is written to --keep.
"""
