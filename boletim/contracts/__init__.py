"""The nouns that pass between rooms: frozen typed records, and the files that hold them."""
