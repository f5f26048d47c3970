# windows.py: windows of Baton as processes, and how long a change takes from one to the other
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import statistics
import subprocess
import threading
import time

import processes


class Window:
    """The app on one device, and when it showed which task."""

    def __init__(self, device):
        self.device = device
        self.shown = {}
        self.drawn = threading.Event()
        env = dict(device.env, G_MESSAGES_DEBUG='baton-app', GSETTINGS_BACKEND='keyfile')
        self.process = subprocess.Popen(device.command(), env=env, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, errors='replace')
        self.log = open(os.path.join(device.folder, 'log'), 'w')
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.log.write(line)
            self.log.flush()
            row = re.search(r'row shown: (\S+) at (\d+)', line)
            if row:
                self.shown.setdefault(row[1], int(row[2]) / 1000)
            if 'first list drawn' in line:
                self.drawn.set()

    def close(self):
        self.process.terminate()
        processes.end(self.process, 'the window', 30)
        self.reader.join(timeout=10)
        self.log.close()


def same(devices):
    return devices[0].records() == devices[1].records()


def settled(devices):
    return same(devices) and all(device.json('status')['waiting'] == 0 for device in devices)


def measure_live(devices, windows, changes=20):
    """Milliseconds from the row in one window to the row in the other, and from the command that added it."""
    between, whole = [], []
    for number in range(changes):
        source, target = (0, 1) if number % 2 == 0 else (1, 0)
        began = time.monotonic() * 1000
        task = devices[source].json('add', f'Live change {number + 1}')['id']
        if not processes.wait_until(lambda: all(task in window.shown for window in windows), seconds=20):
            raise RuntimeError(f'“Live change {number + 1}” was not shown in both windows')
        between.append(windows[target].shown[task] - windows[source].shown[task])
        whole.append(windows[target].shown[task] - began)
        devices[source].run('delete', task)
        processes.wait_until(lambda: settled(devices))
    return between, whole


def say_times(what, taken):
    print(f'{what}: {statistics.median(taken):.1f} ms (median of {len(taken)}; {min(taken):.1f} to {max(taken):.1f})')
