"""What is compared with: `websockets` and nothing else, one process, every socket told the same bytes.

`python -m benchmarks.sockets.bare PORT`. Who opens /control says the frames as a JSON list, and hears when the
broadcast began.
"""

import asyncio
import json
import sys
import time

from websockets.asyncio.server import ServerConnection, broadcast, serve

listeners: set[ServerConnection] = set()


async def main(port: int) -> None:
    """Until it is stopped."""
    async with serve(_talk, "127.0.0.1", port, compression=None, max_size=2**20, backlog=2048):
        await asyncio.Future()


async def _talk(connection: ServerConnection) -> None:
    if connection.request and connection.request.path == "/control":
        async for message in connection:
            frames = json.loads(message)
            began = time.perf_counter()
            for frame in frames:
                broadcast(listeners, frame)
            await connection.send(str(began))
        return
    listeners.add(connection)
    await connection.wait_closed()
    listeners.discard(connection)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
