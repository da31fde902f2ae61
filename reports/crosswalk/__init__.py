"""From clauses of laws and standards to the sections of the card: one versioned data file and its reader."""
