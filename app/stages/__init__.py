"""One file per stage: read the previous stage's files, call one room, write this stage's files."""
