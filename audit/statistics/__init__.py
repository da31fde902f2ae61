"""Plain statistics without a word about models: intervals, tests, calibration."""
