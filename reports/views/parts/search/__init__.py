"""Parts of the sections on a searched model."""
