"""Models seen before one is chosen: where they lie, what their files say, what their tokenizer does to texts."""
