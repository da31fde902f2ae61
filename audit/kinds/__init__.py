"""What differs by kind of answer: one label, sets of labels."""
