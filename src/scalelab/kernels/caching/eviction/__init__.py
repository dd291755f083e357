"""Eviction policies, one file each: ``new``, ``access`` and ``run`` over dense keys."""
