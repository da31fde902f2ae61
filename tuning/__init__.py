"""From labelled text to a fine-tuned model: load, clean, split, tokenise, search, train."""
