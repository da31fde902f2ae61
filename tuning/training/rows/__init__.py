"""Texts as rows of token ids, for each way of reading them."""
