"""From a table to three clean splits."""
