"""One trial: Trainer, its callbacks, checkpoints and faults."""
