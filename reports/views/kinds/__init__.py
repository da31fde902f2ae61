"""Sections of one kind of answer each."""
