"""What is special to each chapter; whatever holds for all of them is in ``test_chapters.py``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """A chapter as it has to be.

    ``headings``: the parts of the course's document that the chapter mirrors, in its order.
    ``taught``: the ideas and systems that this section of the document names.
    ``models``: the chapter's labs, and what *What the models leave out* calls the model of each.
    """

    title: str
    headings: tuple[str, ...]
    taught: tuple[str, ...]
    models: dict[str, str]


# By the name that the notebook, its labs and its workbook share.
CHAPTERS = {
    "caching": Chapter(
        title="Stage 5: Caching",
        headings=(
            "Client-Side Caching",
            "Content Delivery Network (CDN) Caching",
            "Application-Level Caching",
            "Database Query Caching",
            "Cache Invalidation, Expiration Policies, and Data Freshness",
        ),
        taught=(
            "Redis", "Memcached", "Cloudflare", "Akamai", "key-value store", "template",
            "mobile app", "recommendation", "distributed cache", "server-side caching",
            "invalidation", "API", "materialised view", "session", "edge node", "HTML pages",
            "evict", "TTL", "hit ratio",
        ),
        models={
            "latency": "Latency",
            "multi_level": "Levels",
            "hit_ratio": "Hit ratio",
            "freshness": "Freshness",
            "stampede": "Stampede",
        },
    ),
}  # fmt: skip
