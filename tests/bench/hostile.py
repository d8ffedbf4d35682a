#!/usr/bin/python3
"""Connections that never prove a key, each hostile in one of four ways, until standard input is closed; says on standard output when all are there.

usage: hostile.py HOST PORT CONNECTIONS
"""
import asyncio
import contextlib
import itertools
import os
import sys

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)  # ZMTP 3.1, as a client of CURVE begins
GIANT = b"\x06" + (2**62).to_bytes(8, "big")  # a command frame that announces more than there is in the world
AT_ONCE = 500  # connecting


async def silent(_reader, _writer):
    """Connects and waits."""
    await asyncio.sleep(3600)


async def garbage(reader, writer):
    writer.write(os.urandom(4096))
    await writer.drain()
    await reader.read()


async def stalled(reader, writer):
    """Begins the handshake properly, and never goes on."""
    writer.write(GREETING)
    await writer.drain()
    await reader.read()


async def giant(reader, writer):
    writer.write(GREETING + GIANT)
    await writer.drain()
    await reader.read()


WAYS = (silent, garbage, stalled, giant)


async def one(host: str, port: int, way, gate: asyncio.Semaphore, came: asyncio.Event):
    """Comes again whenever it is thrown out."""
    while True:
        with contextlib.suppress(OSError):
            async with gate:
                reader, writer = await asyncio.open_connection(host, port)
            came.set()
            with contextlib.suppress(OSError):
                await way(reader, writer)
            writer.close()
        await asyncio.sleep(0.1)


async def main(host: str, port: int, number: int):
    gate, events = asyncio.Semaphore(AT_ONCE), [asyncio.Event() for _ in range(number)]
    tasks = [asyncio.create_task(one(host, port, way, gate, event)) for way, event in zip(itertools.cycle(WAYS), events)]
    for event in events:
        await event.wait()
    print(number, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
