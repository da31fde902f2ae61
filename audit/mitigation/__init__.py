"""One setting trained with and without a mitigation, over seeds: what changed, for whom, and what that is called."""
