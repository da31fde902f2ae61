"""Where it fails: slices, confident errors, texts seen in training."""
