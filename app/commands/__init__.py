"""The commands in groups: parse, call, print. Heavy imports live inside the command that needs them."""
