CREATE TABLE products (name TEXT PRIMARY KEY, price_cents INTEGER, stock INTEGER);
INSERT INTO products VALUES ('cup', 900, 50), ('pot', 2450, 20);
