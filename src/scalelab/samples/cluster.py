"""`cluster.yaml`: the shop's application, declared for Kubernetes, with comments.

It is a plain manifest, for `kubectl apply -f` in a cluster of version 1.30 or newer that has a
namespace `shop`; only its image does not exist. `scalelab.models.infrastructure.manifest` reads it.
"""

from pathlib import Path

FILE = Path(__file__).with_name("cluster.yaml")
TITLE = "the shop's cluster"
