"""Load whichever model a folder declares."""
