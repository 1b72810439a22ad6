"""The recipe of the weights: sources, network, training, quantisation, evaluation."""
