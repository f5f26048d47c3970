# demo.py: a server and two devices of one person, apart and together again
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts baton-server on loopback and two windows, each a device with folders and a session bus of its own. Takes the
server away, edits on both (some the same task), brings it back, and shows what each held before and after, and how
long a change takes from one window to the other. Ends with 0 only if both hold the same.

The first argument is where the picture of both windows is put (build/demo.png).
"""

import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import processes  # noqa: E402
from windows import Window, measure_live, say_times, settled  # noqa: E402

SAMPLES = """Call Ada about the analytical engine tomorrow 9am #work !high
Water the tomatoes today #garden
Pay the rent 2026-12-01 #household !urgent
Read “The Mythical Man-Month” #reading !low
Book the train to Lisbon next fri #travel
Prepare the quarterly report in 3 days 14:00 #work
Mend the bicycle #household
Buy a birthday present for Grace #family !high
"""


def place(windows):
    """Side by side, where there is no window manager to do it."""
    for number, window in enumerate(windows):
        found = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--pid', str(window.process.pid)],
                               capture_output=True, text=True).stdout.split()
        for wid in found:
            subprocess.run(['xdotool', 'windowsize', wid, '840', '880', 'windowmove', wid, str(10 + 860 * number), '20'])


def say_state(title, devices):
    print(f'\n{title}')
    for device in devices:
        tasks = device.json('list', 'not', 'is:deleted')
        print(f'  Device {device.name} holds {len(tasks)} tasks, {device.json("status")["waiting"]} edits wait:')
        for task in sorted(tasks, key=lambda task: task['created_at'] or ''):
            tags = ' '.join('#' + tag for tag in task['tags'])
            mark = 'x' if task['status'] == 'done' else ' '
            notes = ' // ' + task['description'].replace('\n', ' / ') if task['description'] else ''
            print(f'    [{mark}] {task["title"]}  !{task["priority"]} {tags}{notes}')


def edit_apart(devices):
    a, b = devices
    tasks = {task['title']: task['id'] for task in a.json('list')}
    find = lambda start: next(id for title, id in tasks.items() if title.startswith(start))
    a.run('edit', find('Water'), 'title=Water the tomatoes and the basil', 'tags+=balcony')
    b.run('edit', find('Water'), 'priority=high', 'tags+=evening', 'description=The can is behind the shed.')
    a.run('edit', find('Mend'), 'title=Mend the blue bicycle')
    b.run('edit', find('Mend'), 'title=Take the bicycle to the shop')
    a.run('done', find('Pay'))
    b.run('delete', find('Read'))
    a.run('add', 'Written on a train without network #travel')
    b.run('add', 'Written in a cellar without network !low')


def run(folder, picture):
    server = processes.Server(os.path.join(folder, 'server')).start()
    print(f'Server at {server.url}')
    devices = [processes.Device(folder, name) for name in ('A', 'B')]
    windows = []
    try:
        devices[0].sign_in(server, register=True)
        devices[1].sign_in(server)
        devices[0].run('add', '-', input=SAMPLES)
        devices[0].sync()
        devices[1].sync()
        windows = [Window(device) for device in devices]
        for window in windows:
            if not window.drawn.wait(60):
                raise RuntimeError(f'the window of device {window.device.name} did not draw its list')
        place(windows)
        say_state('Two devices, in sync:', devices)

        server.stop()
        edit_apart(devices)
        say_state('Offline, after edits on both:', devices)

        server.start()
        began = time.monotonic()
        if not processes.wait_until(lambda: settled(devices), seconds=120, step=0.05):
            say_state('They did not become alike:', devices)
            return 1
        waited = time.monotonic() - began
        say_state(f'Together again, alike {waited:.1f} s after the server came back:', devices)

        between, whole = measure_live(devices, windows)
        print()
        say_times('From a new row in one window to the same in the other', between)
        say_times('From the start of “baton add” on one device to the row in the other’s window', whole)
        subprocess.run(['import', '-window', 'root', picture], check=True)
        print(f'Both windows: {picture}')
        return 0 if settled(devices) else 1
    finally:
        for window in windows:
            window.close()
        server.stop()
        for device in devices:
            device.close()


def main():
    picture = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join('build', 'demo.png'))
    with tempfile.TemporaryDirectory(prefix='baton-demo-') as folder:
        status = run(folder, picture)
    print('\nBoth devices hold the same.' if status == 0 else '\nThe devices differ.')
    sys.exit(status)


main()
