"""What a terminal shows: lines, the live table, the summary."""
