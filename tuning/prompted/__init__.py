"""Candidates that are asked and not trained: prompts, examples, words and calibration are what the search chooses."""
