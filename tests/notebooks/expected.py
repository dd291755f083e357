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
    "introduction": Chapter(
        title="Introduction",
        headings=(
            "Types of Scalability",
            "Vertical Scaling",
            "Horizontal Scaling",
            "Read vs. Write Scalability",
            "Elasticity vs. Scalability",
        ),
        taught=(
            "users", "data volume", "requests", "spike", "regions", "rewrite", "predictably",
            "vertical scaling", "CPU", "memory", "single point of failure", "horizontal scaling",
            "cache", "partition", "shard", "read replica", "elastic", "demand", "head-room",
            "Stack Overflow", "startup",
        ),
        models={
            "speedup": "Speed-up",
            "usl": "The law fitted",
            "machine_size": "Machine size",
            "read_write": "Reads and writes",
            "elasticity": "Elasticity",
        },
    ),
    "requirement": Chapter(
        title="Scalability as a Requirement",
        headings=(
            "Understanding the Drivers of Scalability",
            "Defining Scalability Goals",
            "Load Projection and Benchmarking",
            "Aligning with Business Goals",
        ),
        taught=(
            "driver", "user growth", "more data", "spike", "new market", "new feature",
            "data platform", "1,000 concurrent users", "200 ms", "10,000 requests a minute",
            "forecast", "campaign", "JMeter", "Locust", "k6", "SLO", "Little's law", "percentile",
            "coordinated omission", "prototype", "MVP", "long-term platform", "cost of failing",
            "rewrite",
        ),
        models={
            "sizing": "Sizing",
            "projection": "Projection",
            "load_test": "Load test",
            "benchmark": "Judging a load test",
            "timing": "Timing",
        },
    ),
    "workload": Chapter(
        title="Understanding Workload Patterns",
        headings=(
            "Temporal Patterns",
            "Traffic Profiles and Access Patterns",
            "User Behavior",
            "Workload Variability and Spikes",
            "Batch vs. Real-Time Processing",
        ),
        taught=(
            "evening", "noon", "Black Friday", "HR system", "idle", "come and go by the hour",
            "read", "write", "endpoint", "hot", "cache", "content delivery network", "sharding",
            "made for writes", "simultaneous", "session", "think time", "race condition",
            "contention", "bytes", "flash crowd", "load test", "queue", "circuit breaker",
            "batch", "real time", "message queue", "pool of workers", "scheduling framework",
        ),
        models={
            "temporal": "Temporal",
            "popularity": "Popularity",
            "think_time": "Users at once",
            "flash_crowd": "Flash crowds",
            "burstiness": "Burstiness",
            "batch": "Batch beside real time",
        },
    ),
    "infrastructure": Chapter(
        title="Infrastructure Considerations for Scalability",
        headings=(
            "Load Balancing: DNS, Layer 4 and Layer 7",
            "Automatic Scaling",
            "Infrastructure as Code",
            "Containers: Requests, Limits and Packing",
            "Orchestration: Updates and Failures",
            "Content Delivery Networks and Edge Computing",
        ),
        taught=(
            "round-robin DNS",
            "layer 4",
            "layer 7",
            "TCP",
            "HTTP",
            "sticky session",
            "health check",
            "horizontal scaling",
            "vertical scaling",
            "automatic scaling",
            "target tracking",
            "Infrastructure as code",
            "Terraform",
            "CloudFormation",
            "reproducible",
            "auditable",
            "consistent across environments",
            "container",
            "Docker",
            "Kubernetes",
            "isolation",
            "orchestrator",
            "service discovery",
            "auto-scaling",
            "fault recovery",
            "rolling update",
            "CDN",
            "edge computing",
            "global audience",
            "crowd in one region",
            "latency",
            "availability",
        ),
        models={
            "entry": "DNS, layer 4 and layer 7",
            "autoscaling": "Automatic scaling",
            "drift": "Drift",
            "packing": "Packing",
            "orchestration": "Orchestration",
            "edge": "Content delivery",
        },
    ),
    "storage": Chapter(
        title="Data and Storage",
        headings=(
            "Replication, Sharding, and Partitioning",
            "Choosing Between SQL and NoSQL",
            "Caching Strategies",
            "Consistency and the CAP Theorem",
            "Finding the Balance",
        ),
        taught=(
            "replication", "sharding", "partitioning", "user ID", "region", "relational", "SQL",
            "NoSQL", "MongoDB", "Cassandra", "DynamoDB", "flexible schema", "access pattern",
            "client-side", "Redis", "Memcached", "distributed cache", "invalidation", "expiration",
            "CAP", "availability", "partition tolerance", "eventual consistency",
            "strong consistency", "rebalancing", "consistent hashing", "hot",
        ),
        models={
            "sharding": "Sharding",
            "resharding": "Resharding",
            "hot_key": "Hot key",
            "rebalancing": "Rebalancing",
            "scatter_gather": "Scatter-gather",
            "transactions": "Transactions",
            "database": "Database",
            "engine": "Engine",
            "partition": "Partition",
            "consistency": "Consistency",
        },
    ),
    "growth": Chapter(
        title="Scaling from One to Millions of Users",
        headings=(),
        taught=(
            "journey", "prototype", "MVP", "bottleneck", "early development", "initial traction",
            "rapid adoption", "sustained", "premature", "rewrite", "outage", "stage", "modular",
            "adapt", "over-engineer", "resilien", "trigger", "limit",
        ),
        models={"path": "The path", "plan": "The plan"},
    ),
    "single_server": Chapter(
        title="Stage 1: Single Server",
        headings=(
            "One machine for everything",
            "Settings from the environment",
            "Concerns apart",
            "No limits written into the code",
            "A schema that can change",
        ),
        taught=(
            "prototype", "MVP", "web server", "application backend", "database", "background jobs",
            "static files", "debugger", "speed of iteration", "environment", "secret", "container",
            "business rules", "routing", "data access", "microservice", "concurrency", "pool",
            "cache", "migration", "deploy", "simple", "sound",
        ),
        models={
            "resources": "One machine",
            "sharing": "Pages and reports",
            "limits": "Limits",
            "migration": "The queue for a lock",
            "backfill": "Batches",
        },
    ),
    "separate_database": Chapter(
        title="Stage 2: Separating the Database",
        headings=(
            "A machine of its own",
            "What a machine of its own leaves for pages",
            "How many connections?",
            "Index or none",
            "The first read replica",
            "Choose a Database Solution",
        ),
        taught=(
            "dedicated", "report", "memory", "index", "pool", "connection", "read replica",
            "primary", "writes", "relational", "ACID", "consistency", "join", "transaction",
            "NoSQL", "MongoDB", "Cassandra", "DynamoDB", "PostgreSQL", "MySQL", "SQL Server",
            "CAP theorem", "schema", "availability", "growth", "regions", "structured",
            "operating work",
        ),
        models={
            "memory": "Memory",
            "pool": "Connections",
            "index": "Index or none",
            "replicas": "The first replica",
            "choice": "The choice of a database",
        },
    ),
    "load_balancing": Chapter(
        title="Stage 3: Load Balancing and Horizontal Scaling",
        headings=(
            "From one machine to several",
            "Which server gets the next request?",
            "Handling State",
            "Failover and Redundancy",
            "Is it alive?",
            "A machine that comes and a machine that goes",
        ),
        taught=(
            "horizontally", "load balancer", "round robin", "least connections", "IP hash",
            "power of two choices", "join idle queue", "weights", "TLS termination",
            "traffic shaping", "health check", "grow linearly", "stateless", "session",
            "transaction in progress", "cached data", "Redis", "Memcached", "token", "JWT",
            "sticky session", "last resort", "failover", "redundancy", "availability zone",
            "region", "auto-recovery", "Kubernetes", "autoscaling", "replace", "latency",
            "high availability", "slow start", "connection draining", "rolling deploy",
        ),
        models={
            "policies": "Policies",
            "sessions": "Handling state",
            "zones": "Zones",
            "health_checks": "Health checks",
            "rollout": "A rolling deploy",
        },
    ),
    "replication": Chapter(
        title="Stage 4: Database Replication",
        headings=(
            "The Read-Write Split",
            "Replication Lag",
            "Consistency Trade-Offs",
            "Failover Coordination",
            "Write Contention",
        ),
        taught=(
            "primary", "leader", "replicas", "follower", "asynchronous", "read replica",
            "read-write split", "news site", "dashboard", "catalogue", "availability", "promoted",
            "orchestrator", "managed service", "managed database", "replication lag", "stale read",
            "payment", "eventual consistency", "split brain", "fencing", "lost", "write contention",
            "sharding", "multi-primary", "multi-master", "alarm",
        ),
        models={
            "read_write_split": "Read-write split",
            "lag": "Lag",
            "stale_reads": "Stale reads",
            "durability": "Durability",
            "failover": "Failover",
            "multi_primary": "Several primaries",
        },
    ),
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
    "multi_region": Chapter(
        title="Stage 6: Multiple Data Centers",
        headings=(
            "Deploying Across Regions",
            "Data Consistency Across Regions",
            "Traffic Routing and User Proximity",
        ),
        taught=(
            "region", "web servers", "the application", "caches", "load balancers", "database",
            "synchronous", "asynchronous", "eventual consistency", "strong consistency", "hybrid",
            "session", "CRDT", "last writer wins", "conflict", "global load balancer",
            "DNS", "geo-routing", "Route 53", "Cloudflare", "Akamai", "anycast", "Spanner",
            "Cosmos DB", "Aurora", "content delivery network", "nearest", "health check",
        ),
        models={
            "latency": "Distance",
            "consistency": "Data consistency",
            "outage": "Outage",
            "conflict": "Conflict",
            "routing": "Routing",
        },
    ),
}  # fmt: skip
