"""Names of the user attributes that an attempt carries in the study."""

PLACE = "place"
"""Its place among the trials that count: unlike Optuna's number, a restart does not change it."""
WORKER, STOPPED = "worker", "stopped"
CANDIDATE, CANDIDATE_INDEX, PARAMS = "candidate_model", "candidate_index", "params"
SECONDS, RESUMED_AT, ACCUMULATION, FULL_DISKS = "seconds", "resumed_at", "accumulation", "full_disks"
REASON, NOT_FINITE, OUT_OF_MEMORY = "reason", "not_finite", "out_of_memory"
BEST_STEP, STOPPED_EARLY = "best_step", "stopped_early"
