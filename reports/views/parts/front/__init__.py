"""Parts of the two pages that a reader decides from."""
