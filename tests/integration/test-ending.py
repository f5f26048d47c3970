#!/usr/bin/env python3
# test-ending.py: a window that is told to end does, whatever its server, its keyring or another process does not do
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes. Each test brings the window's engine into something that does not come to an end, and then ends the window as a session does."""

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import holding_proxy  # noqa: E402
import load  # noqa: E402
import processes  # noqa: E402
import tap  # noqa: E402

PATIENCE = 60
# What waits out its own time takes 25 s (D-Bus) or 30 s (the network) for each of several steps, or has none
ENDING = 20
STARTS = 12

# A sign-in that is renewed for each request, so that the keyring is asked again and again
os.environ['BATON_ACCESS_TOKEN_MINUTES'] = '1'

test = tap.Program('baton-ending-')


class Scene:
    """A server, what stands before it, and a device that is signed in and has a task to send."""

    def __init__(self, folder):
        self.display, self.name = processes.start_display()
        self.server = processes.Server(os.path.join(folder, 'server')).start()
        self.proxy = holding_proxy.Proxy(self.server)
        self.device = processes.Device(folder, 'device')
        self.device.sign_in(self.proxy, register=True)
        self.device.sync()
        self.device.run('add', 'Call Ada')
        self.window = None
        self.log = os.path.join(self.device.folder, 'window.log')

    def close(self):
        if self.window is not None and self.window.poll() is None:
            self.window.kill()
            self.window.wait()
        self.proxy.close()
        for frozen in (self.device.session.keyring, self.device.session.bus):
            frozen.send_signal(signal.SIGCONT)
        self.device.close()
        self.server.stop()
        self.display.terminate()
        self.display.wait()

    # --- the window ----------------------------------------------------------

    def start(self):
        env = dict(self.device.env, **load.DISPLAY, DISPLAY=self.name, G_MESSAGES_DEBUG='baton-app baton-sync')
        env.pop('XAUTHORITY', None)
        with open(self.log, 'w') as log:
            self.window = subprocess.Popen(self.device.command(), env=env, stdout=log, stderr=subprocess.STDOUT)

    def wait(self, condition, what):
        assert processes.wait_until(lambda: condition() or self.window.poll() is not None, PATIENCE), f'no {what}'
        assert self.window.poll() is None, f'the window ended by itself, with {self.window.returncode}: {self.read_log()}'

    def read_log(self):
        with open(self.log, errors='replace') as log:
            return log.read()

    def engine(self):
        """Where the engine's thread is: what it waits in, or nothing where there is none."""
        for thread in os.listdir(f'/proc/{self.window.pid}/task'):
            if processes.read_proc(self.window.pid, thread, 'comm') == 'baton-sync':
                return processes.read_proc(self.window.pid, thread, 'wchan')
        return None

    def wait_for_engine(self):
        self.wait(lambda: self.engine() is not None and 'poll' in self.engine(), 'engine that waits')

    def end(self):
        self.window.terminate()
        status = processes.end(self.window, 'the window', ENDING, self.log)
        assert status == 0, f'the window ended with {status}: {self.read_log()}'
        # Whatever it was torn away from
        assert processes.integrity(self.device.database) == 'ok'

    def assert_goes_on(self):
        self.proxy.let_go()
        self.device.sync()
        assert self.device.json('status')['waiting'] == 0


# --- the network ---------------------------------------------------------------

def end_amid_answer(scene, path, **how):
    scene.proxy.hold(path, **how)
    scene.start()
    scene.wait(scene.proxy.held.is_set, f'request for {path}')
    scene.end()
    scene.assert_goes_on()


@test
def a_server_that_is_silent(scene):
    end_amid_answer(scene, '/sync', keep=-1)


@test
def a_server_that_is_silent_amid_its_answer(scene):
    end_amid_answer(scene, '/sync', keep=20)


@test
def a_connection_that_is_half_closed_amid_an_answer(scene):
    end_amid_answer(scene, '/sync', keep=20, shuts=True)


@test
def a_live_socket_that_is_never_opened(scene):
    end_amid_answer(scene, '/live', keep=-1)


@test
def a_live_socket_that_is_silent(scene):
    end_amid_answer(scene, '/live')


@test
def a_live_socket_that_is_half_closed(scene):
    end_amid_answer(scene, '/live', shuts=True)


# --- the keyring, and the bus ----------------------------------------------------

@test
def a_keyring_that_does_not_answer(scene):
    scene.device.session.keyring.send_signal(signal.SIGSTOP)
    scene.start()
    scene.wait_for_engine()
    scene.end()
    scene.device.session.keyring.send_signal(signal.SIGCONT)
    scene.assert_goes_on()


@test
def a_keyring_that_does_not_take_the_new_sign_in(scene):
    scene.proxy.hold('/auth/refresh', keep=-1)
    scene.start()
    scene.wait(scene.proxy.held.is_set, 'renewal')
    scene.device.session.keyring.send_signal(signal.SIGSTOP)
    scene.proxy.let_go()
    scene.wait(scene.proxy.passed.is_set, 'new sign-in')
    scene.wait_for_engine()
    scene.end()
    # The same renewal once more
    scene.device.session.keyring.send_signal(signal.SIGCONT)
    scene.assert_goes_on()


@test
def a_session_bus_that_does_not_answer(scene):
    scene.start()
    scene.wait(lambda: 'in sync' in scene.read_log(), 'sync')
    scene.device.session.bus.send_signal(signal.SIGSTOP)
    scene.end()
    scene.device.session.bus.send_signal(signal.SIGCONT)
    scene.assert_goes_on()


# --- another process ---------------------------------------------------------------

@test
def a_sync_of_another_process_that_hangs(scene):
    with open(os.path.join(os.path.dirname(scene.device.database), 'sync.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        scene.start()
        scene.wait(lambda: scene.engine() is not None, 'engine')
        scene.end()
    scene.assert_goes_on()


@test
def a_database_that_another_process_keeps_locked(scene):
    scene.proxy.hold('/sync', keep=-1)
    scene.start()
    scene.wait(scene.proxy.held.is_set, 'request')
    connection = sqlite3.connect(scene.device.database, isolation_level=None)
    connection.execute('BEGIN IMMEDIATE')
    scene.proxy.let_go()
    scene.wait(scene.proxy.passed.is_set, 'answer')
    scene.wait(lambda: 'nanosleep' in (scene.engine() or ''), 'engine that waits for the database')
    scene.window.terminate()
    status = processes.end(scene.window, 'the window', ENDING, scene.log)
    connection.execute('ROLLBACK')
    connection.close()
    assert status == 0, scene.read_log()
    scene.assert_goes_on()


# --- moments -------------------------------------------------------------------------

@test
def at_the_moment_when_the_engine_starts(scene):
    for _ in range(STARTS):
        scene.start()
        scene.wait(lambda: scene.engine() is not None, 'engine')
        scene.end()
    scene.assert_goes_on()


test.run(Scene)
