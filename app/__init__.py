"""The roof: the command line and the flows that wire the rooms."""
