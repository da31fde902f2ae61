"""How the model was trained: learning curve, sample sizes, similarity of layers."""
