CREATE TABLE orders (number INTEGER PRIMARY KEY, product TEXT, quantity INTEGER,
    total_cents INTEGER);
