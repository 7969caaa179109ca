"""What the peers of the asynchronous cases have in common: tasks that share connections, on one thread; peer_script.hpp
says how the benchmark talks to them."""
import asyncio
import sys

SELECT = "SELECT id, name, score, created, active, payload FROM sample WHERE id = "


def address(lines):
    return [sys.stdin.readline().rstrip("\n") for _ in range(lines)]


def serve(connect, select):
    """
    connect()                 coroutine: a connection with whatever its selects need
    select(connection, id)    coroutine: the row with every column decoded
    """
    tasks, connections, rows = (int(argument) for argument in sys.argv[1:])
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    async def connect_all():
        return [await connect() for _ in range(connections)]

    step = 0
    left = 0
    free = asyncio.Queue()
    for connection in loop.run_until_complete(connect_all()):
        free.put_nowait(connection)

    async def work():
        nonlocal step, left
        own = await free.get()
        while left > 0:
            left -= 1
            step += 7919
            await select(own, step % rows + 1)
            if tasks > connections:
                free.put_nowait(own)
                own = await free.get()
        free.put_nowait(own)

    async def work_all():
        await asyncio.gather(*(work() for _ in range(tasks)))

    print("ready", flush=True)
    for line in sys.stdin:
        left = int(line)
        loop.run_until_complete(work_all())
        print("done", flush=True)
