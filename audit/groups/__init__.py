"""Groups of a column against each other: gaps, ratios, rates."""
