"""How storage engines are set by default."""

from scalelab.facts.fact import Fact

POSTGRESQL_PAGE = Fact(
    8192.0, "bytes", 'PostgreSQL 18 documentation, "Database page layout"', "2025"
)
ROCKSDB_SIZE_RATIO = Fact(
    10.0, "times", "RocksDB, max_bytes_for_level_multiplier, advanced_options.h", "2025"
)
# The example of its manual, which promises about a hundredth of the reads.
LEVELDB_FILTER_BITS = Fact(10.0, "bits a key", 'LevelDB documentation, "Filters"', "2011")
