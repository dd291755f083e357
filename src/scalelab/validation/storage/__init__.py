"""Comparisons of the chapter on data and storage, one module for each of its topics."""

from scalelab.validation.row import Chapter

CHAPTER = Chapter("Data and Storage", ())
