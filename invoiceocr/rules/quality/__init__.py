"""Tests of rules: embedded cases, mutation, coverage over results."""
