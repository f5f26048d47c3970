# test-notifications.py: a task that is due rings once, and what its buttons do; edits that wait ring too
# SPDX-License-Identifier: GPL-3.0-or-later
"""The app as a process, on a session bus where this test stands for the desktop's notifications."""

import datetime
import os
import sqlite3
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import desktop  # noqa: E402
import processes  # noqa: E402
from desktop import wait_for  # noqa: E402

TEN_MINUTES = 10 * 60 * 1000
FOUR_DAYS = 4 * 24 * 60 * 60 * 1000
WAITING = 'Your Tasks Are Not Synced'


class Scene:
    """A device of its own for each test."""

    def __init__(self, folder, name):
        self.device = processes.Device(folder, name)
        self.bus = desktop.connect(self.device)
        self.notifications = desktop.Notifications(self.bus)
        self.window = None

    def add(self, title, ago):
        """A task that was due @ago minutes before this one."""
        due = datetime.datetime.now() - datetime.timedelta(minutes=ago)
        task = self.device.json('add', title)['id']
        self.device.run('edit', task, f'due={due:%Y-%m-%dT%H:%M}')
        return task

    def start(self):
        self.window = desktop.Window(self.device)

    def restart(self):
        assert self.window.close() == 0, self.window.read_log()
        self.start()

    def close(self):
        if self.window is not None:
            status = self.window.close()
            assert status == 0, f'the app ended with {status}: {self.window.read_log()}'
        self.bus.close_sync(None)
        self.device.close()

    def ring(self, title):
        return self.wait(lambda: self.notifications.titled(title), f'notification “{title}”')[-1]

    def wait(self, get, what):
        """As wait_for, and gives up at once where the app has ended."""
        return wait_for(lambda: get() or self.window.assert_runs(), what)

    def settle(self):
        """Once another task has rung, everything before it has."""
        mark = f'Mark {time.monotonic_ns()}'
        self.add(mark, 0)
        self.ring(mark)

    def ledger(self, task):
        with sqlite3.connect(f'file:{self.device.database}?mode=ro', uri=True) as database:
            rows = database.execute('SELECT state, at FROM ring WHERE task = ?', (task,)).fetchall()
        database.close()
        return dict(rows)

    def status(self, task):
        return self.device.json('show', task)['status']


def test_rings_once(scene):
    """a task that is due rings once, with its title and its buttons, and not again after a restart"""
    scene.add('Catch the train', 0)
    scene.start()
    note = scene.ring('Catch the train')
    assert {'Done', 'Snooze'} <= note['actions'].keys(), note
    scene.settle()
    scene.restart()
    scene.settle()
    assert len(scene.notifications.titled('Catch the train')) == 1, scene.notifications.shown


def test_rings_while_open(scene):
    """a task that becomes due while the window is open rings within the second"""
    task = scene.device.json('add', 'Put off until now')['id']
    at = int(time.time() * 1000) + 3000
    with sqlite3.connect(scene.device.database) as database:
        database.execute("INSERT INTO ring (task, at, state) VALUES (?, ?, 'snoozed')", (task, at))
    database.close()
    scene.start()
    scene.ring('Put off until now')
    assert time.time() * 1000 >= at, 'it rang too early'
    assert len(scene.notifications.titled('Put off until now')) == 1


def test_done(scene):
    """Done on a notification completes the task and takes the notification away"""
    task = scene.add('Feed the cat', 0)
    scene.start()
    note = scene.ring('Feed the cat')
    scene.notifications.press(note, 'Done')
    scene.wait(lambda: scene.status(task) == 'done', 'completed task')
    scene.wait(lambda: note['id'] not in scene.notifications.open, 'withdrawn notification')


def test_done_elsewhere(scene):
    """a task that is completed elsewhere takes its notification away"""
    task = scene.add('Feed the dog', 0)
    scene.start()
    note = scene.ring('Feed the dog')
    scene.device.run('done', task)
    scene.wait(lambda: note['id'] not in scene.notifications.open, 'withdrawn notification')


def test_snooze(scene):
    """Snooze puts a task off by ten minutes, and a restart does not ring before"""
    task = scene.add('Call back', 0)
    scene.start()
    note = scene.ring('Call back')
    before = int(time.time() * 1000)
    scene.notifications.press(note, 'Snooze')
    at = scene.wait(lambda: scene.ledger(task).get('snoozed'), 'put-off reminder')
    assert before + TEN_MINUTES <= at <= int(time.time() * 1000) + TEN_MINUTES, (before, at)
    scene.restart()
    scene.settle()
    assert len(scene.notifications.titled('Call back')) == 1, scene.notifications.shown
    assert scene.status(task) == 'todo'


def test_missed(scene):
    """several that were missed come as one, and once"""
    for number in range(3):
        scene.add(f'Missed {number}', 60 + number)
    scene.start()
    note = scene.ring('3 tasks were due')
    assert all(f'Missed {number}' in note['body'] for number in range(3)), note
    scene.settle()
    scene.restart()
    scene.settle()
    assert len(scene.notifications.titled('3 tasks were due')) == 1
    assert not [note for note in scene.notifications.shown if note['title'].startswith('Missed')]


def set_back(device, *changes):
    """As if @changes to the database had been made four days ago."""
    with sqlite3.connect(device.database) as database:
        for change in changes:
            database.execute(change, (FOUR_DAYS,))
    database.close()


def test_waits(scene):
    """edits that have waited for days ring, not at each start, and sent they take that away"""
    server = processes.Server(os.path.join(scene.device.folder, 'server')).start()
    scene.device.sign_in(server, register=True)
    scene.device.sync()
    server.stop()
    scene.device.run('add', 'Waits')
    set_back(scene.device, 'UPDATE outbox SET made = made - ?', "UPDATE meta SET value = value - ? WHERE name = 'last_sync'")
    scene.start()
    note = scene.ring(WAITING)
    assert '1 edit is' in note['body'] and '4 days' in note['body'], note
    scene.restart()
    scene.settle()
    assert len(scene.notifications.titled(WAITING)) == 1, scene.notifications.shown
    scene.window.close()
    set_back(scene.device, "UPDATE meta SET value = value - ? WHERE name = 'alarmed'")
    scene.start()
    scene.wait(lambda: len(scene.notifications.titled(WAITING)) == 2, 'second notification')
    note = scene.notifications.titled(WAITING)[1]
    server.start()
    scene.device.run('sync')
    scene.wait(lambda: note['id'] not in scene.notifications.open, 'withdrawn notification')
    server.stop()


TESTS = [test_rings_once, test_rings_while_open, test_done, test_done_elsewhere, test_snooze, test_missed, test_waits]


def run(number, test, folder):
    scene = None
    try:
        scene = Scene(folder, f'd{number}')
        test(scene)
        scene.close()
    except (AssertionError, RuntimeError, OSError):
        print('# ' + traceback.format_exc().replace('\n', '\n# '))
        if scene is not None and scene.window is not None:
            print('# ' + scene.window.read_log().replace('\n', '\n# '))
            scene.window.kill()
            scene.device.close()
        return False
    return True


def main():
    failed = 0
    print(f'1..{len(TESTS)}', flush=True)
    with tempfile.TemporaryDirectory(prefix='baton-notifications-') as folder:
        for number, test in enumerate(TESTS, 1):
            good = run(number, test, folder)
            failed += not good
            print(f'{"ok" if good else "not ok"} {number} - {test.__doc__}', flush=True)
    sys.exit(failed != 0)


main()
