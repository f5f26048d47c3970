# faulty_proxy.py: a bad network on loopback: a TCP proxy that cuts, stalls, trickles, repeats and half-closes
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between devices and a server and knows nothing of either: bytes come and bytes go, so HTTP and the live socket fare alike.

Each connection draws its fault from a seed when it comes, and the fault strikes at a byte of one direction; a fault that
leaves the connection whole is followed by another one. By hand:

  python3 faulty_proxy.py --to 127.0.0.1:8750 --seed 7

prints its own address, reads a mode a line (calm, faulty, down) from standard input, and answers each with a line of JSON: how many connections it
had and which faults it made. `Proxy` is the same for tests.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import socket
import struct
import subprocess
import sys

UP, DOWN = 'up', 'down'
LONGEST_STALL = 2.0
LONGEST_REPEAT = 1.0
TRICKLE_PIECES = 40
TRICKLE_PAUSE = 0.02

# What strikes, in which direction, and how often among the faults. `cut` at the first byte up: the server never hears of the
# request; at the first byte down: it has done what was asked, and nobody learns of it.
FAULTS = [
    ('refuse', UP, 1),
    ('cut', UP, 3),
    ('cut', DOWN, 3),
    ('reset', UP, 2),
    ('reset', DOWN, 2),
    ('lost-request', UP, 2),
    ('lost-answer', DOWN, 4),
    ('stall', UP, 1),
    ('stall', DOWN, 1),
    ('trickle', UP, 1),
    ('trickle', DOWN, 1),
    ('half-close', UP, 2),
    ('half-close', DOWN, 2),
    ('repeat', UP, 4),
]
LASTING = ('stall', 'trickle', 'repeat')


class Fault:
    """What happens to a connection once @at bytes have passed in @direction."""

    def __init__(self, kind, direction, at, share):
        self.kind = kind
        self.direction = direction
        self.at = at
        self.share = share  # 0 to 1: of the longest pause

    def __repr__(self):
        return f'{self.kind} {self.direction} at {self.at}'


def draw_byte(rng):
    """Most requests and answers are short; some are not."""
    return rng.randrange(rng.choice([300, 300, 1000, 1000, 4000, 100000]))


def draw(rng, without=(), quiet=0.3):
    """A fault, or None for a connection that is left alone."""
    alone = rng.random() < quiet
    faults = [fault for fault in FAULTS if fault[0] not in without]
    kind, direction, _ = rng.choices(faults, [weight for _, _, weight in faults])[0]
    at = draw_byte(rng)
    share = rng.random()
    if alone:
        return None
    if kind in ('refuse', 'lost-request', 'lost-answer'):
        at = 0
    return Fault(kind, direction, at, share)


def reset(writer):
    """Closes so that the other side is told of a failure, not of an end."""
    peer = writer.get_extra_info('socket')
    if peer is not None and peer.fileno() >= 0:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    writer.transport.abort()


class Connection:
    """One client, its connection to the server, and what is to go wrong."""

    def __init__(self, proxy, reader, writer, rng):
        self.proxy = proxy
        self.rng = rng
        self.client = (reader, writer)
        self.server = None
        self.passed = {UP: 0, DOWN: 0}
        self.said = bytearray()
        self.closed = {UP: False, DOWN: False}
        self.fault = draw(rng, proxy.without)

    def is_due(self, direction, data):
        return (self.proxy.mode == 'faulty' and self.fault is not None and self.fault.direction == direction
                and self.passed[direction] + len(data) > self.fault.at)

    async def serve(self):
        if self.proxy.mode == 'faulty' and self.fault is not None and self.fault.kind == 'refuse':
            self.proxy.count(self.fault)
            reset(self.client[1])
            return
        try:
            self.server = await asyncio.open_connection(*self.proxy.target)
        except OSError:
            reset(self.client[1])
            return
        try:
            await asyncio.gather(self.relay(UP, self.client[0], self.server[1]),
                                 self.relay(DOWN, self.server[0], self.client[1]))
        except (OSError, EOFError):
            self.end(True)
        finally:
            self.end(False)

    async def relay(self, direction, reader, writer):
        while data := await reader.read(65536):
            if direction == UP and len(self.said) < 1 << 20:
                self.said += data
            if self.is_due(direction, data):
                data = await self.strike(direction, data, writer)
            await self.send(direction, data, writer)
        if not self.closed[direction] and not writer.is_closing():
            writer.write_eof()

    async def send(self, direction, data, writer):
        if data and not self.closed[direction]:
            writer.write(data)
            await writer.drain()
        self.passed[direction] += len(data)

    async def strike(self, direction, data, writer):
        """Passes what comes before the fault, makes it, and gives what is left to be passed."""
        fault = self.fault
        split = fault.at - self.passed[direction]
        self.proxy.count(fault)
        await self.send(direction, data[:split], writer)
        rest = data[split:]
        self.fault = None
        if fault.kind in ('cut', 'lost-request', 'lost-answer'):
            self.end(False)
            raise EOFError
        if fault.kind == 'reset':
            raise EOFError
        if fault.kind == 'half-close':
            writer.write_eof()
            self.closed[direction] = True
        elif fault.kind == 'stall':
            await asyncio.sleep(fault.share * LONGEST_STALL)
        elif fault.kind == 'trickle':
            rest = await self.trickle(direction, rest, writer)
        elif fault.kind == 'repeat':
            self.proxy.start(self.proxy.repeat(bytes(self.said)))
        if fault.kind in LASTING:
            self.fault = draw(self.rng, self.proxy.without)
            if self.fault is not None:
                self.fault.at += self.passed[self.fault.direction] + 1
        return rest

    async def trickle(self, direction, data, writer):
        """Passes the first pieces one by one, and gives the rest."""
        for _ in range(TRICKLE_PIECES):
            size = self.rng.randint(1, 64)
            if not data:
                break
            await self.send(direction, data[:size], writer)
            data = data[size:]
            await asyncio.sleep(TRICKLE_PAUSE * self.rng.random())
        return data

    def end(self, hard):
        for stream in (self.client, self.server):
            if stream is None:
                continue
            if hard:
                reset(stream[1])
            elif not stream[1].is_closing():
                stream[1].close()


class FaultyProxy:
    """What runs in the proxy's own process."""

    def __init__(self, target, seed, without):
        self.target = target
        self.without = without
        self.rng = random.Random(seed)
        self.mode = 'calm'
        self.port = 0
        self.listener = None
        self.accepting = None
        self.tasks = set()
        self.open = set()
        self.connections = 0
        self.faults = collections.Counter()

    def count(self, fault):
        self.faults[f'{fault.kind} {fault.direction}'] += 1

    def start(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def accepted(self, peer):
        reader, writer = await asyncio.open_connection(sock=peer)
        self.connections += 1
        connection = Connection(self, reader, writer, random.Random(self.rng.getrandbits(64)))
        self.open.add(connection)
        try:
            await connection.serve()
        finally:
            self.open.discard(connection)

    async def repeat(self, said):
        """Says once more what a client said, and listens to no answer."""
        try:
            reader, writer = await asyncio.open_connection(*self.target)
            writer.write(said)
            await writer.drain()
            async with asyncio.timeout(LONGEST_REPEAT):
                while await reader.read(65536):
                    pass
        except (OSError, TimeoutError):
            pass
        else:
            writer.close()

    def listen(self):
        if self.listener is None:
            self.listener = socket.create_server(('127.0.0.1', self.port), backlog=128)
            self.listener.setblocking(False)
            self.port = self.listener.getsockname()[1]
            self.accepting = asyncio.create_task(self.accept())

    # Not asyncio's own server: one that is closed lets go of a connection that it has just accepted, and leaves it open
    async def accept(self):
        while True:
            peer, _ = await asyncio.get_running_loop().sock_accept(self.listener)
            self.start(self.accepted(peer))

    async def set_mode(self, mode):
        self.mode = mode
        if mode != 'down':
            self.listen()
            return
        if self.listener is not None:
            self.accepting.cancel()
            await asyncio.wait([self.accepting])
            self.listener.close()
            self.listener = None
        for connection in list(self.open):
            connection.end(True)

    def tell(self):
        print(json.dumps({'mode': self.mode, 'connections': self.connections, 'faults': self.faults}), flush=True)

    async def run(self):
        self.listen()
        print(f'listening on http://127.0.0.1:{self.port}', flush=True)
        commands = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        while line := (await commands.readline()).decode().strip():
            if line not in ('calm', 'faulty', 'down'):
                sys.exit(f'faulty_proxy: no such mode: {line}')
            await self.set_mode(line)
            self.tell()


class Proxy:
    """The proxy as a process of its own, before a server of processes.py."""

    def __init__(self, server, seed, without=()):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), '--to', f'127.0.0.1:{server.port}', '--seed', str(seed),
             *(f'--without={kind}' for kind in without)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if 'listening on' not in line:
            raise RuntimeError(f'the proxy did not start: {line!r}')
        self.url = line.split()[-1]

    def set_mode(self, mode):
        """calm, faulty or down; gives what it has done so far."""
        self.process.stdin.write(mode + '\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def main():
    parser = argparse.ArgumentParser(description='a TCP proxy that makes faults')
    parser.add_argument('--to', required=True, metavar='ADDRESS:PORT')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--without', action='append', default=[], choices=sorted({kind for kind, _, _ in FAULTS}))
    options = parser.parse_args()
    address, port = options.to.rsplit(':', 1)
    asyncio.run(FaultyProxy((address, int(port)), options.seed, options.without).run())


if __name__ == '__main__':
    main()
