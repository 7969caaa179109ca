-- What the golden statements name. They are prepared against these tables, never run.
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, status TEXT, age INTEGER, created_date TEXT,
                    manager_id INTEGER, preferences TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, total REAL, status TEXT, placed_at TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, tags TEXT, data TEXT);
CREATE TABLE order_items (order_id INTEGER, product_id INTEGER, quantity INTEGER);
CREATE TABLE events (id INTEGER PRIMARY KEY, kind TEXT, at TEXT);
CREATE TABLE "order" ("select" TEXT, "group" TEXT, "from" TEXT);
CREATE TABLE "we""ird" ("a]b" TEXT, "it's" TEXT, "x y" TEXT, "a.b" TEXT, "a`b" TEXT, "a""b" TEXT, "what?" TEXT, "100%s" TEXT);
CREATE TABLE "maße" ("größe" INTEGER, "名前" TEXT);
