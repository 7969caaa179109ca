SELECT 1 AS "a
b",
  $1 AS "c"