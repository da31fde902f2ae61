"""From a card to HTML: words, numbers, glyphs, layout."""
