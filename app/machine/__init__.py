"""What the machine has, where a run came from, and known numbers reproduced on it."""
