"""Whole scenes: too large for one request, so planned, processed block by block, and joined without a seam.

The stages are pure functions on two ports, a `RangeSource` that holds the scene and a `Store` that
holds all else: `plan`, `block` for each block, `seams`, `assembly`. Each can be repeated, and each
needs the memory of a few blocks, however large the scene is.
"""
