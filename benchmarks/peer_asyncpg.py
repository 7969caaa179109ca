"""asyncpg: a prepared statement on each connection; binary both ways, as it always is."""
import asyncpg

import peer_async

(url,) = peer_async.address(1)


async def connect():
    connection = await asyncpg.connect(url)
    return await connection.prepare(peer_async.SELECT + "$1")


async def select(statement, key):
    id, name, score, created, active, payload = await statement.fetchrow(key)


peer_async.serve(connect, select)
