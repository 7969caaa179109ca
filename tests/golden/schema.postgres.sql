-- What the golden statements name. They are prepared against these tables, never run.
CREATE TYPE "my type" AS ENUM ('a', 'b');
CREATE TABLE users (id integer PRIMARY KEY, name text, email text, status text, age integer, created_date timestamptz,
                    manager_id integer, preferences jsonb);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, total double precision, status text, placed_at timestamptz);
CREATE TABLE products (id integer PRIMARY KEY, name text, tags text[], data jsonb);
CREATE TABLE order_items (order_id integer, product_id integer, quantity integer);
CREATE TABLE events (id integer PRIMARY KEY, kind text, at timestamptz);
CREATE TABLE "order" ("select" text, "group" text, "from" text);
CREATE TABLE "we""ird" ("a]b" text, "it's" text, "x y" text, "a.b" text, "a`b" text, "a""b" text, "what?" text, "100%s" text);
CREATE TABLE "maße" ("größe" integer, "名前" text);
