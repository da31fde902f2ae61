"""A language model as a classifier: a template, words for the classes, examples, and the words' likelihoods."""
