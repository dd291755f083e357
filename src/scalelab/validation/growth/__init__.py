"""Comparisons of the chapter on growth, one module for each of its topics."""

from scalelab.validation.growth import path, plan
from scalelab.validation.row import Chapter

CHAPTER = Chapter("Scaling from One to Millions of Users", (path.TOPIC, plan.TOPIC))
