"""A card against the evidence inside it, and its signature."""
