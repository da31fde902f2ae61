"""Entities in files: CoNLL, lists of tags, lists of stretches."""
