"""Long texts as overlapping windows of tokens, and models that read them so."""
