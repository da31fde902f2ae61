"""What a command does from first to last: a run, an audit, a probe, a prediction, a check."""
