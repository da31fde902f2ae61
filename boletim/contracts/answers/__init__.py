"""What was asked and answered, by kind of answer."""
