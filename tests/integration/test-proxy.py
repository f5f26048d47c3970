# test-proxy.py: the faulty proxy passes all bytes where it is calm, and makes each of its faults
# SPDX-License-Identifier: GPL-3.0-or-later

import collections
import concurrent.futures
import os
import random
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import faulty_proxy  # noqa: E402

REQUEST = bytes(random.Random(1).randbytes(3000))
ANSWER = bytes(random.Random(2).randbytes(30000))
PATIENCE = 60
ROUNDS = 1000
AT_ONCE = 20


class Server:
    """Hears out each connection, and answers it when the request is whole."""

    def __init__(self):
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.heard = []
        self.changed = threading.Condition()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            peer, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=[peer], daemon=True).start()

    def serve(self, peer):
        peer.settimeout(PATIENCE)
        heard = b''
        try:
            while len(heard) < len(REQUEST) and (data := peer.recv(65536)):
                heard += data
            if heard == REQUEST:
                peer.sendall(ANSWER)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(65536):
                    pass
        except OSError:
            pass
        peer.close()
        with self.changed:
            self.heard.append(heard)
            self.changed.notify_all()

    def wait_for(self, count):
        with self.changed:
            return self.changed.wait_for(lambda: len(self.heard) >= count, PATIENCE)


def ask(proxy):
    """What came back, and how the connection ended."""
    came = b''
    address, port = proxy.url.removeprefix('http://').split(':')
    try:
        with socket.create_connection((address, int(port)), timeout=PATIENCE) as peer:
            peer.sendall(REQUEST)
            while data := peer.recv(65536):
                came += data
    except ConnectionResetError:
        return came, 'reset'
    except ConnectionRefusedError:
        return came, 'refused'
    except BrokenPipeError:
        return came, 'reset'
    return came, 'ended'


def test_calm(server, proxy):
    """calm, it passes every byte both ways"""
    proxy.set_mode('calm')
    for _ in range(20):
        assert ask(proxy) == (ANSWER, 'ended')
    assert server.wait_for(20) and set(server.heard) == {REQUEST}
    assert proxy.set_mode('calm')['faults'] == {}


def test_down(server, proxy):
    """down, nobody is there, and after it all is as before"""
    proxy.set_mode('down')
    assert ask(proxy) == (b'', 'refused')
    proxy.set_mode('calm')
    assert ask(proxy) == (ANSWER, 'ended')


def test_faulty(server, proxy):
    """faulty, it makes each fault, never changes a byte, and lets requests and answers be lost"""
    before = len(server.heard)
    proxy.set_mode('faulty')
    ends = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, [proxy] * ROUNDS))
    for came, end in answers:
        assert ANSWER.startswith(came), 'bytes were changed'
        ends['whole' if came == ANSWER else 'none' if not came else 'part', end] += 1
    made = proxy.set_mode('calm')['faults']
    assert len(server.heard) > before
    assert all(REQUEST.startswith(heard) for heard in server.heard), 'bytes were changed on the way up'
    lacking = {f'{kind} {direction}' for kind, direction, _ in faulty_proxy.FAULTS} - made.keys()
    assert not lacking, f'never made: {lacking}'
    for what in [('whole', 'ended'), ('none', 'ended'), ('none', 'reset'), ('part', 'ended')]:
        assert ends[what], f'never seen: {what} of {ends}'
    assert sum(heard == REQUEST for heard in server.heard[before:]) > ends['whole', 'ended'], 'no answer was lost'


def test_seed(server, proxy):
    """a seed gives the same faults again"""
    def faults(seed):
        rng = random.Random(seed)
        return [repr(faulty_proxy.draw(rng)) for _ in range(200)]
    assert faults(5) == faults(5)
    assert faults(5) != faults(6)


TESTS = [test_calm, test_down, test_faulty, test_seed]


def main():
    seed = int(os.environ.get('BATON_TEST_SEED') or random.SystemRandom().randrange(1 << 30))
    print(f'# seed {seed}\n1..{len(TESTS)}', flush=True)
    failed = 0
    for number, test in enumerate(TESTS, 1):
        server = Server()
        proxy = faulty_proxy.Proxy(server, seed)
        try:
            test(server, proxy)
            print(f'ok {number} - {test.__doc__}', flush=True)
        except AssertionError as error:
            failed += 1
            print(f'not ok {number} - {test.__doc__}: {error}', flush=True)
        finally:
            proxy.close()
    sys.exit(failed != 0)


main()
