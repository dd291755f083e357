"""Comparisons of the chapter on architectural patterns, one module for each of its topics."""
