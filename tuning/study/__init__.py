"""The Optuna study, and who works on it."""
