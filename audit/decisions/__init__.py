"""What acting on the answers brings: baselines, thresholds, costs."""
