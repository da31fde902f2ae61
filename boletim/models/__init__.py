"""Models seen from outside: load one safely, batch texts by length, predict."""
