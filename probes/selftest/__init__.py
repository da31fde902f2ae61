"""Models made to have known answers, and published vectors."""
