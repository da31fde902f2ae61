"""One file per section: each prepares what its template in `templates/sections` prints."""
