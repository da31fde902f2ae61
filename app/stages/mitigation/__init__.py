"""Mitigations compared: the chosen setting trained again under each, all judged on validation, two on the test."""
