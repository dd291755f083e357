"""Speed and weight, as ratios measured in one run on the machine at hand.

``python -m scalelab.bench`` prints the tables. Nothing here is a test: a busy machine is slower.
"""
