"""Parts of sections that are views of their own."""
