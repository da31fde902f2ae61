"""Where long work is done: in this process, or by Ray's workers on this machine and others."""
