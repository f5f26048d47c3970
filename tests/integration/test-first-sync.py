# test-first-sync.py: a first sync that is cut short goes on from where it was, and says meanwhile how far it is
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import account  # noqa: E402
import load  # noqa: E402
import processes  # noqa: E402

# Three answers of 2,000 at the most
TASKS = 5000
KILLS = 3
PATIENCE = 100


def place(device):
    """How many of the server's changes the device has taken for good."""
    with account.reading(device.database) as connection:
        row = connection.execute("SELECT place FROM cursor WHERE scope LIKE 'user:%'").fetchone()
    return int(row['place'].split('.')[0]) if row is not None and row['place'] else 0


class Window:
    """The app, and the progress that its engine tells of."""

    def __init__(self, device):
        env = dict(device.env, **load.DISPLAY, G_MESSAGES_DEBUG='baton-sync')
        self.told = []
        self.said = []
        self.ended = False
        self.rounds = threading.Condition()
        self.process = subprocess.Popen(device.command(), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors='replace')
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if told := re.search(r'round: \d+ sent, [1-9]\d* received, (\d+) in all', line):
                with self.rounds:
                    self.told.append(int(told[1]))
                    self.rounds.notify_all()
            else:
                self.said.append(line)
        with self.rounds:
            self.ended = True
            self.rounds.notify_all()

    def wait(self, condition):
        with self.rounds:
            self.rounds.wait_for(lambda: self.ended or condition(), PATIENCE)
            assert condition(), f'the engine told no more than {self.told}: {"".join(self.said[-20:])}'

    def end(self, number):
        self.process.send_signal(number)
        status = self.process.wait(timeout=PATIENCE)
        self.reader.join()
        return status


class Scene:
    def __init__(self, folder):
        self.folder = folder
        self.server = processes.Server(os.path.join(folder, 'server')).start()
        self.devices = [processes.Device(folder, name) for name in ('a', 'killed', 'closed')]
        for device in self.devices:
            device.sign_in(self.server, register=device is self.devices[0])
        self.devices[0].run('add', '-', input='\n'.join(f'Task {number}' for number in range(TASKS)))
        self.devices[0].sync()

    def close(self):
        self.server.stop()
        for device in self.devices:
            device.close()

    def assert_goes_on(self, device, taken):
        moved = device.sync()
        assert moved['received'] == TASKS - taken, f'{moved["received"]} received, though {taken} of {TASKS} were there'
        account.whole_check(device.database)
        assert device.records() == self.devices[0].records()


def test_killed(scene):
    """killed again and again, a command takes up where the one before was killed"""
    device = scene.devices[1]
    taken = 0
    for _ in range(KILLS):
        process = device.start('sync')
        assert processes.wait_until(lambda: place(device) > taken or process.poll() is not None, PATIENCE)
        process.kill()
        process.wait()
        account.quick_check(device.database)
        assert place(device) >= taken
        taken = place(device)
    assert taken > 0
    scene.assert_goes_on(device, taken)


def test_window(scene):
    """closed amid it, the window ends at once; its engine tells how many it has received, and goes on from there"""
    device = scene.devices[2]
    window = Window(device)
    window.wait(lambda: window.told)
    assert window.end(signal.SIGTERM) == 0
    taken = place(device)
    assert 0 < taken
    assert window.told == sorted(window.told)
    window = Window(device)
    window.wait(lambda: taken == TASKS or max(window.told, default=0) == TASKS - taken)
    assert window.end(signal.SIGTERM) == 0
    scene.assert_goes_on(device, TASKS)


TESTS = [test_killed, test_window]


def main():
    print(f'1..{len(TESTS)}', flush=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix='baton-first-') as folder:
        scene = Scene(folder)
        for number, test in enumerate(TESTS, 1):
            try:
                test(scene)
                print(f'ok {number} - {test.__doc__}', flush=True)
            except (AssertionError, RuntimeError, OSError) as error:
                failed += 1
                print(f'not ok {number} - {test.__doc__}: {error}', flush=True)
        scene.close()
    sys.exit(failed != 0)


main()
