"""Holds every model against theory, against other programs and against published figures.

``python -m scalelab.validation`` computes all comparisons and writes the page of the book.
"""
