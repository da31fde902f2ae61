"""After the search: confirm, settle, train on parts of the data."""
