"""Statistics of pairs, crossings and associations."""
