-- Portable statements and what every engine must answer. Blocks are separated by blank lines:
--   ## a heading
--   -- a title, then lines that say more:
--   -- params: [1, "text"]     bound to the last statement of the block
--   -- ENGINE: why             this engine's answer differs, and must differ
--   -- commits                 the block changes tables; others run in a transaction that is rolled back
-- A statement ends with ; at the end of a line. The first block makes the tables.

-- setup
CREATE TABLE [cities] ([id] INTEGER PRIMARY KEY, [name] VARCHAR(40) NOT NULL, [country] VARCHAR(2));
CREATE TABLE [people] ([id] INTEGER PRIMARY KEY, [name] VARCHAR(40) NOT NULL, [city_id] INTEGER, [age] INTEGER,
  [height] DOUBLE PRECISION, [score] NUMERIC(10, 2), [email] VARCHAR(60) UNIQUE, CHECK ([age] >= 0),
  FOREIGN KEY ([city_id]) REFERENCES [cities] ([id]));
CREATE TABLE [order] ([id] INTEGER PRIMARY KEY, [person_id] INTEGER NOT NULL, [placed] DATE, [amount] NUMERIC(10, 2),
  [a note] VARCHAR(80));
INSERT INTO [cities] ([id], [name], [country]) VALUES (1, 'Bern', 'CH'), (2, 'Oslo', 'NO'), (3, 'Lima', 'PE');
INSERT INTO [people] ([id], [name], [city_id], [age], [height], [score], [email]) VALUES
  (1, 'Anna', 1, 34, 1.71, 12.50, 'anna@example.org'), (2, 'Bo', 2, 27, 1.85, 3.25, 'bo@example.org'),
  (3, 'Carla', 1, 61, 1.62, NULL, NULL), (4, 'Dan', NULL, NULL, 1.9, 0.75, NULL), (5, 'Eva', 3, 27, NULL, 12.50, NULL);
INSERT INTO [order] ([id], [person_id], [placed], [amount], [a note]) VALUES
  (10, 1, '2024-01-15', 99.90, 'first'), (11, 1, '2024-02-29', 10.10, NULL), (12, 2, '2024-02-29', 5, 'it''s [fine] ?'),
  (13, 3, '2023-12-31', 250.25, ''), (14, 5, NULL, 0, 'naïve 😀');

## Reading

-- columns, an alias, an order
SELECT [id], [name] AS [who] FROM [people] ORDER BY [name] DESC;

-- a condition with parameters
-- params: [30, "B%"]
SELECT [id] FROM [people] WHERE [age] < ? AND [name] LIKE ? ORDER BY [id];

-- IN, BETWEEN, IS NULL
SELECT [id] FROM [people] WHERE [id] IN (1, 2, 5) AND [age] BETWEEN 27 AND 34 AND [email] IS NOT NULL ORDER BY [id];

-- IN with parameters
-- params: [1, 4]
SELECT [name] FROM [people] WHERE [id] IN (?, ?) ORDER BY [id];

-- a parameter that is null equals nothing
-- params: [null]
SELECT [id] FROM [people] WHERE [age] = ?;

-- NULL is neither equal nor unequal
SELECT count(*) FROM [people] WHERE [age] <> 27;

-- LIMIT and OFFSET with parameters
-- params: [2, 1]
SELECT [id] FROM [people] ORDER BY [id] LIMIT ? OFFSET ?;

-- DISTINCT
SELECT DISTINCT [age] FROM [people] WHERE [age] IS NOT NULL ORDER BY [age];

-- names that are keywords or hold blanks
SELECT [order].[a note] FROM [order] WHERE [order].[id] = 12;

-- brackets and question marks inside a literal stay
SELECT [id] FROM [order] WHERE [a note] = 'it''s [fine] ?';

-- every Unicode plane
-- params: ["naïve 😀"]
SELECT [id] FROM [order] WHERE [a note] = ?;

-- an empty text is not NULL
SELECT [id] FROM [order] WHERE [a note] = '';

-- LIKE tells cases apart
-- sqlite: LIKE ignores the case of ASCII letters; use GLOB or compare with =
-- mysql: LIKE follows the collation of the column, by default without case
SELECT [id] FROM [people] WHERE [name] LIKE 'a%' ORDER BY [id];

-- = tells cases apart
-- mysql: = follows the collation of the column, by default without case; entity tables use a binary one
SELECT [id] FROM [people] WHERE [name] = 'anna';

-- NULLs come first in an ascending order
-- postgres: NULLs come last; write NULLS FIRST where it matters (find_entities does)
SELECT [id] FROM [people] ORDER BY [age], [id];

-- NULLS LAST
-- mysql: there is no NULLS FIRST or LAST; order by [age] IS NULL first
SELECT [id] FROM [people] ORDER BY [age] NULLS LAST, [id];

## Joins and sets

-- an inner join
SELECT [p].[name], [c].[name] FROM [people] [p] JOIN [cities] [c] ON [c].[id] = [p].[city_id] ORDER BY [p].[id];

-- a left join keeps rows without a partner
SELECT [p].[name], [c].[name] FROM [people] [p] LEFT JOIN [cities] [c] ON [c].[id] = [p].[city_id] ORDER BY [p].[id];

-- a cross join
SELECT count(*) FROM [people] CROSS JOIN [cities];

-- a join with USING
SELECT count(*) FROM [people] [a] JOIN [people] [b] USING ([age]);

-- a table joined with itself
SELECT [a].[id], [b].[id] FROM [people] [a] JOIN [people] [b] ON [a].[age] = [b].[age] AND [a].[id] < [b].[id];

-- UNION removes duplicates, UNION ALL keeps them
SELECT count(*) FROM (SELECT [age] FROM [people] UNION SELECT [age] FROM [people]) AS [u];
SELECT count(*) FROM (SELECT [age] FROM [people] UNION ALL SELECT [age] FROM [people]) AS [u];

-- INTERSECT and EXCEPT
SELECT [id] FROM [people] INTERSECT SELECT [city_id] FROM [people] ORDER BY [id];
SELECT [id] FROM [people] EXCEPT SELECT [person_id] FROM [order] ORDER BY [id];

## Subqueries and common table expressions

-- a scalar subquery
SELECT [name], (SELECT count(*) FROM [order] WHERE [order].[person_id] = [people].[id]) AS [orders] FROM [people] ORDER BY [id];

-- EXISTS
SELECT [name] FROM [people] WHERE NOT EXISTS (SELECT 1 FROM [order] WHERE [order].[person_id] = [people].[id]) ORDER BY [id];

-- a subquery in FROM
SELECT max([n]) FROM (SELECT count(*) AS [n] FROM [order] GROUP BY [person_id]) AS [counts];

-- WITH
WITH [grown] AS (SELECT [id], [name] FROM [people] WHERE [age] > 30) SELECT [name] FROM [grown] ORDER BY [id];

-- WITH RECURSIVE
-- params: [5]
WITH RECURSIVE [n] ([i]) AS (SELECT 1 UNION ALL SELECT [i] + 1 FROM [n] WHERE [i] < ?) SELECT sum([i]) FROM [n];

-- a common table expression used twice
WITH [ages] AS (SELECT [age] FROM [people] WHERE [age] IS NOT NULL)
SELECT count(*) FROM [ages] [a] JOIN [ages] [b] ON [a].[age] < [b].[age];

## Groups and windows

-- count, sum, min, max
SELECT count(*), count([age]), sum([age]), min([age]), max([age]) FROM [people];

-- a sum of decimals
SELECT sum([amount]) FROM [order];

-- an average of integers
-- sqlite: it is a double
-- mysql: it is a decimal with four digits more than its input
SELECT avg([age]) FROM [people] WHERE [id] IN (1, 2, 5);

-- GROUP BY and HAVING
SELECT [city_id], count(*) FROM [people] WHERE [city_id] IS NOT NULL GROUP BY [city_id] HAVING count(*) > 1;

-- count of distinct values
SELECT count(DISTINCT [age]) FROM [people];

-- an aggregate of no rows
SELECT count(*), sum([age]) FROM [people] WHERE [id] > 1000;

-- row_number and rank
SELECT [id], row_number() OVER (ORDER BY [age], [id]) AS [r], rank() OVER (ORDER BY [age]) AS [k] FROM [people]
WHERE [age] IS NOT NULL ORDER BY [id];

-- a running sum
-- sqlite: there are no decimals; a NUMERIC column holds integers and doubles
SELECT [id], sum([amount]) OVER (ORDER BY [id]) AS [so far] FROM [order] ORDER BY [id];

-- lag over a partition
SELECT [id], lag([id]) OVER (PARTITION BY [person_id] ORDER BY [id]) AS [before] FROM [order] ORDER BY [id];

-- FILTER
-- mysql: there is no FILTER; write sum(CASE WHEN ... THEN 1 END)
SELECT count(*) FILTER (WHERE [age] > 30) FROM [people];

## Expressions

-- CASE
SELECT [id], CASE WHEN [age] IS NULL THEN 'unknown' WHEN [age] < 30 THEN 'young' ELSE 'old' END AS [group] FROM [people] ORDER BY [id];

-- coalesce and nullif
SELECT coalesce([email], 'none'), nullif([age], 27) FROM [people] ORDER BY [id];

-- || joins texts
SELECT [name] || '!' FROM [people] WHERE [id] = 1;

-- integer division
-- mysql: / of integers gives a decimal; write DIV
SELECT 7 / 2;

-- remainder and sign
SELECT 7 % 3, -7 % 3;

-- comparisons are booleans
-- sqlite: they are integers
-- mysql: they are integers
SELECT 1 < 2;

-- TRUE and FALSE
-- sqlite: they are integers
-- mysql: they are integers
SELECT TRUE, FALSE;

-- text functions
SELECT upper('aß'), lower('AB'), length('abc'), trim('  x '), replace('banana', 'an', '-'), substr('abcdef', 2, 3);

-- number functions
SELECT abs(-3), round(2.567, 2);

-- a cast to text
SELECT CAST(42 AS CHAR(2));

-- comparing a text with a number
-- sqlite: a text is greater than every number
-- postgres: a number and a text are not compared
-- mysql: the text becomes a number
SELECT CASE WHEN 'abc' > 5 THEN 'yes' ELSE 'no' END;

-- division by zero
-- sqlite: the result is NULL
-- mysql: the result of a SELECT is NULL; a write is refused in strict mode
SELECT 1 / 0;

-- current_date has ten characters
SELECT length(CAST(CURRENT_DATE AS CHAR(10)));

-- a date from a DATE column
SELECT [placed] FROM [order] WHERE [placed] >= '2024-02-01' ORDER BY [id];

## Changes

-- insert with parameters
-- params: [6, "Finn", 44]
INSERT INTO [people] ([id], [name], [age]) VALUES (?, ?, ?);

-- insert from a select
INSERT INTO [cities] ([id], [name]) SELECT [id] + 100, [name] FROM [people] WHERE [age] = 27;
SELECT [id], [name] FROM [cities] WHERE [id] > 100 ORDER BY [id];

-- update counts the rows that match, changed or not
UPDATE [people] SET [age] = 27 WHERE [age] = 27;

-- update with an expression
UPDATE [people] SET [age] = [age] + 1 WHERE [age] IS NOT NULL;
SELECT sum([age]) FROM [people];

-- update from a subquery
UPDATE [people] SET [score] = (SELECT sum([amount]) FROM [order] WHERE [person_id] = [people].[id]) WHERE [id] = 1;
SELECT [score] FROM [people] WHERE [id] = 1;

-- delete
DELETE FROM [order] WHERE [person_id] = 1;
SELECT count(*) FROM [order];

-- delete with a subquery
DELETE FROM [order] WHERE [person_id] IN (SELECT [id] FROM [people] WHERE [age] = 27);

-- an upsert
-- mysql: write INSERT ... ON DUPLICATE KEY UPDATE; get_upsert_sql() writes each engine's own
INSERT INTO [cities] ([id], [name]) VALUES (1, 'Basel') ON CONFLICT ([id]) DO UPDATE SET [name] = excluded.[name];
SELECT [name] FROM [cities] WHERE [id] = 1;

-- INSERT ... RETURNING
INSERT INTO [cities] ([id], [name]) VALUES (7, 'Rome') RETURNING [id], [name];

-- UPDATE ... RETURNING
-- mysql: there is no UPDATE ... RETURNING
UPDATE [cities] SET [country] = 'X' WHERE [id] = 2 RETURNING [id];

## What is refused

-- a duplicate key
INSERT INTO [people] ([id], [name]) VALUES (1, 'again');

-- a NULL where none may be
INSERT INTO [people] ([id], [name]) VALUES (9, NULL);

-- a check
INSERT INTO [people] ([id], [name], [age]) VALUES (9, 'X', -1);

-- a foreign key
INSERT INTO [people] ([id], [name], [city_id]) VALUES (9, 'X', 99);

-- an unknown column
SELECT [nothing] FROM [people];

-- an unknown table
SELECT * FROM [nowhere];

-- a text that is too long
-- sqlite: VARCHAR(40) does not limit the length
INSERT INTO [cities] ([id], [name]) VALUES (9, 'a name that has many more characters than forty of them');

-- a text in a number column
-- sqlite: the text is stored; entity tables and STRICT tables refuse it
INSERT INTO [people] ([id], [name], [age]) VALUES (9, 'X', 'old');

## Tables

-- create, alter, drop
-- commits
CREATE TABLE [made] ([id] INTEGER PRIMARY KEY, [a] VARCHAR(10) DEFAULT 'x');
ALTER TABLE [made] ADD COLUMN [b] INTEGER;
INSERT INTO [made] ([id], [b]) VALUES (1, 2);
SELECT [id], [a], [b] FROM [made];
DROP TABLE [made];

-- IF NOT EXISTS and IF EXISTS
-- commits
CREATE TABLE IF NOT EXISTS [made] ([id] INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS [made] ([id] INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS [made];
DROP TABLE IF EXISTS [made];

-- an index
-- commits
CREATE INDEX [people_age] ON [people] ([age]);
SELECT [id] FROM [people] WHERE [age] = 61;

-- a view
-- commits
CREATE VIEW [adults] AS SELECT [id], [name] FROM [people] WHERE [age] >= 30;
SELECT [name] FROM [adults] ORDER BY [id];
DROP VIEW [adults];

-- CREATE TABLE AS
-- commits
CREATE TABLE [copy] AS SELECT [id], [name] FROM [cities];
SELECT count(*) FROM [copy];
DROP TABLE [copy];
