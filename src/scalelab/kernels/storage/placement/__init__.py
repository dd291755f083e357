"""Where a key lives, one file for each published way: ``new``, ``place`` and ``run``.

``new`` takes the identities of the shards that are alive, so that the one that is lost need not
be the last. ``seed`` picks the hash functions.
"""
