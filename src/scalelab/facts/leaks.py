"""How many connections there are unless told otherwise, and how many modules a change touches."""

from scalelab.facts.fact import Fact

HIKARI_POOL = Fact(10.0, "connections", "HikariCP, README, default of maximumPoolSize", "2026")
POSTGRES = (
    'PostgreSQL 18 documentation, 19.3.1 "Connection Settings", '
    "www.postgresql.org/docs/18/runtime-config-connection.html: default of "
)
MAX_CONNECTIONS = Fact(100.0, "connections", POSTGRES + "max_connections", "2025")
RESERVED = Fact(3.0, "connections", POSTGRES + "superuser_reserved_connections", "2025")

# What was changed for one report of a bug: mean number of modules, which are directories there.
MODULARIZATION = (
    'N. Thomas and G. Murphy, "How effective is modularization?", in "Making Software", '
    "O'Reilly 2010, table 21-4: "
)
EVOLUTION_CHANGE = Fact(1.243, "modules", MODULARIZATION + "Evolution", "2010")
FIREFOX_CHANGE = Fact(1.577, "modules", MODULARIZATION + "Firefox", "2010")
MYLYN_CHANGE = Fact(1.634, "modules", MODULARIZATION + "Mylyn", "2010")
