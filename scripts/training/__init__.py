"""The recipe of the weights: sources, network, training, quantisation, evaluation."""

import os

# TensorFlow leaves oneDNN off on some processors; on an AMD without AVX-512 it halves a step.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
