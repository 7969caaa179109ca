-- [a] ?
SELECT "id" /* [b] ? */, "name" -- it's ?
FROM "users" /* end */ WHERE "id" = ?