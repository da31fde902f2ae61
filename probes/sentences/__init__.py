"""Frames, slots and word lists that probes fill."""
