"""aiomysql: texts both ways; it has no prepared statements."""
import aiomysql

import peer_async

host, port, user, password, database = peer_async.address(5)


async def connect():
    return await aiomysql.connect(host=host, port=int(port), user=user, password=password, db=database, autocommit=True)


async def select(connection, key):
    async with connection.cursor() as cursor:
        await cursor.execute(peer_async.SELECT + "%s", (key,))
        id, name, score, created, active, payload = await cursor.fetchone()


peer_async.serve(connect, select)
