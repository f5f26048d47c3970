# cutting_proxy.py: a network that loses the answers to chosen requests, or a part of them
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where faulty_proxy.py plays by chance, this one does exactly what a test says: the next answers to requests of one path are cut off."""

import socket
import threading


class Proxy:
    """Listens on loopback and hands everything on to a server."""

    def __init__(self, server):
        self.target = ('127.0.0.1', server.port)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.lock = threading.Lock()
        self.path = b''
        self.left = 0
        self.keep = 0
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.listener.getsockname()[1]}'

    def cut(self, path, times=1, keep=0):
        """Of the next @times answers to POST requests of @path, only @keep bytes come through."""
        with self.lock:
            self.path, self.left, self.keep = f'POST /api/v1{path} '.encode(), times, keep

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            server = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        struck = threading.Event()
        threading.Thread(target=self.answer, args=(server, client, struck), daemon=True).start()
        while (data := receive(client)):
            if self.strikes(data):
                struck.set()
            if not send(server, data):
                break
        end(server)

    def strikes(self, data):
        with self.lock:
            hit = self.left > 0 and self.path in data
            self.left -= hit
            return hit

    def answer(self, server, client, struck):
        while (data := receive(server)):
            if struck.is_set():
                send(client, data[:self.keep])
                break
            if not send(client, data):
                break
        end(client)
        end(server)


def receive(source):
    try:
        return source.recv(65536)
    except OSError:
        return b''


def send(target, data):
    try:
        target.sendall(data)
        return True
    except OSError:
        return False


def end(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
