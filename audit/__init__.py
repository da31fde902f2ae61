"""From predictions to measures with intervals and findings; needs no torch."""
