# holding_proxy.py: a network that goes silent at a moment that a test chooses, and stays connected
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where faulty_proxy.py plays by chance and cutting_proxy.py ends connections, this one keeps them: the answers to requests of one path come no further than a test
says, until it lets them go. TCP stands all the while, as it does where a router has forgotten a connection."""

import socket
import threading


class Proxy:
    """Listens on loopback and hands everything on to a server."""

    def __init__(self, server):
        self.target = ('127.0.0.1', server.port)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.lock = threading.Lock()
        self.line = None
        self.keep = 0
        self.shuts = False
        self.held = threading.Event()    # an answer has come to where it is held
        self.gone_on = threading.Event()
        self.passed = threading.Event()  # what was held is with the client
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.listener.getsockname()[1]}'

    def hold(self, path, keep=0, shuts=False):
        """From the next request for @path on, its connection gives only the head and @keep bytes of the answer (@keep < 0: nothing at all). @shuts: it is half
        closed there, and what the client says is still read."""
        with self.lock:
            self.line, self.keep, self.shuts = f' /api/v1{path} '.encode(), keep, shuts
            self.held.clear()
            self.gone_on.clear()
            self.passed.clear()

    def let_go(self):
        self.gone_on.set()

    def close(self):
        self.gone_on.set()
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.create_connection(self.target)
        struck = threading.Event()
        threading.Thread(target=self.answer, args=(server, client, struck), daemon=True).start()
        while data := receive(client):
            if self.strikes(data):
                struck.set()
            send(server, data)
        end(server)

    def strikes(self, data):
        with self.lock:
            hit = self.line is not None and self.line in data.split(b'\r\n')[0]
            if hit:
                self.line = None
            return hit

    def answer(self, server, client, struck):
        head = b''
        while data := receive(server):
            if not struck.is_set():
                send(client, data)
                continue
            head += data
            if self.keep >= 0 and b'\r\n\r\n' not in head:
                continue
            keep = max(0, head.find(b'\r\n\r\n') + 4 + self.keep) if self.keep >= 0 else 0
            self.hold_back(client, head, keep)
            struck.clear()
            head = b''
        end(client)

    def hold_back(self, client, data, keep):
        send(client, data[:keep])
        if self.shuts:
            client.shutdown(socket.SHUT_WR)
        self.held.set()
        self.gone_on.wait()
        if not self.shuts:
            send(client, data[keep:])
        self.passed.set()


def receive(source):
    try:
        return source.recv(65536)
    except OSError:
        return b''


def send(target, data):
    try:
        target.sendall(data)
    except OSError:
        pass


def end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
