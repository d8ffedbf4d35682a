"""The line between schools and the centre: takes every connection to one of the daemons, and can be cut."""
import asyncio
import random
import threading


class Line:
    def __init__(self, ports, seed):
        self.ports, self.random = ports, random.Random(seed)
        self.writers, self.cuts = set(), 0
        self.loop, ready = asyncio.new_event_loop(), threading.Event()
        self.thread = threading.Thread(target=self.run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.random.choice(self.ports))
        except OSError:
            writer.close()
            return
        ends = {writer, far_writer}
        self.writers |= ends
        try:
            await asyncio.gather(self.carry(reader, far_writer), self.carry(far_reader, writer))
        finally:
            self.writers -= ends

    @staticmethod
    async def carry(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    def cut(self):
        """Ends every connection at once, with whatever is on its way."""
        def abort():
            self.cuts += len(self.writers) // 2
            for writer in self.writers:
                writer.transport.abort()
        self.loop.call_soon_threadsafe(abort)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
