# bench-first-sync.py: 100,000 tasks up to a server, and down to empty devices: by the command, in a window, and in one that is killed
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..', 'support'))
import processes  # noqa: E402

TASKS = int(os.environ.get('BATON_BENCH_TASKS', 100000))
FRAME_MS = 16
PATIENCE = 600
build = sys.argv[1]


def timed_sync(device):
    """Seconds, and MiB of memory at the most."""
    began = time.monotonic()
    process = device.start('sync')
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f'{device.name}: the sync failed')
    return time.monotonic() - began, used.ru_maxrss / 1024


class Window:
    """The app on a device, and what it says of its main loop and of its sync."""

    def __init__(self, device):
        self.began = time.monotonic()
        self.received = []  # of each round
        self.held = []      # (seconds since the start, milliseconds, of work, without a processor)
        self.in_sync = None
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            device.command(), env=dict(device.env, G_MESSAGES_DEBUG='baton-app baton-sync', GSETTINGS_BACKEND='keyfile'),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                now = time.monotonic() - self.began
                if told := re.search(r'round: \d+ sent, (\d+) received', line):
                    self.received.append(int(told[1]))
                elif told := re.search(r'main loop held for ([\d.]+) ms: ([\d.]+) of work, ([\d.]+) without', line):
                    self.held.append((now, *(float(number) for number in told.groups())))
                elif 'in sync' in line and self.in_sync is None:
                    self.in_sync = now
                self.changed.notify_all()

    def wait(self, condition):
        with self.changed:
            if not self.changed.wait_for(condition, PATIENCE):
                sys.exit(f'the window came to no end; it received {sum(self.received)}')

    def peak_mib(self):
        with open(f'/proc/{self.process.pid}/status') as file:
            return int(re.search(r'^VmHWM:\s+(\d+)', file.read(), re.M)[1]) / 1024

    def close(self, kill=False):
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=60)
        self.reader.join()


def say_held(window, started):
    """Not of the first frames, in which everything is made. What other programs took is told apart."""
    held = [(at, wall, wall - delay, work) for at, wall, work, delay in window.held if at > started]
    wall, own, work = (max([row[column] for row in held], default=0) for column in (1, 2, 3))
    over = sum(row[2] > FRAME_MS for row in held)
    print(f'main thread held at the longest     {own:6.1f} ms, {over} times for more than {FRAME_MS} ms; '
          f'work at the longest {work:.1f} ms; with waiting for a processor {wall:.1f} ms', flush=True)
    if os.environ.get('BATON_BENCH_VERBOSE'):
        for row in held:
            print('  {:6.2f} s: {:.1f} ms, {:.1f} without waiting for a processor, {:.1f} of work'.format(*row))


def measure_window(device):
    window = Window(device)
    window.wait(lambda: window.received)
    started = time.monotonic() - window.began
    window.wait(lambda: window.in_sync)
    print(f'down, in a window                   {window.in_sync:6.1f} s, {TASKS / window.in_sync:6.0f} tasks/s, '
          f'peak {window.peak_mib():.0f} MiB; told of {len(window.received)} times', flush=True)
    say_held(window, started)
    window.close()


def measure_killed(device):
    """Killed half-way, the second start has only the rest to receive."""
    window = Window(device)
    window.wait(lambda: sum(window.received) >= TASKS / 2)
    window.close(kill=True)
    first = sum(window.received)
    window = Window(device)
    window.wait(lambda: window.in_sync)
    window.close()
    print(f'killed after {first} were received, the next start received {sum(window.received)} in {window.in_sync:.1f} s',
          flush=True)


def measure(folder, devices):
    subprocess.run([os.path.join(build, 'bench-fill'), os.path.dirname(devices[0].database), str(TASKS)], check=True)
    began = time.monotonic()
    with open(devices[0].database, 'rb') as source, open(os.path.join(folder, 'copy'), 'wb') as copy:
        shutil.copyfileobj(source, copy)
        os.fsync(copy.fileno())
    print(f'bound: the file copied durably      {time.monotonic() - began:6.1f} s')
    for what, device in (('all up', devices[0]), ('all down to an empty device', devices[1])):
        taken, peak = timed_sync(device)
        print(f'{what:<35} {taken:6.1f} s, {TASKS / taken:6.0f} tasks/s, peak {peak:.0f} MiB', flush=True)
    measure_window(devices[2])
    measure_killed(devices[3])
    for device in devices[1:]:
        if device.records() != devices[0].records():
            sys.exit('the devices differ')


def main():
    with tempfile.TemporaryDirectory(prefix='baton-bench-', dir=build) as folder:
        server = processes.Server(os.path.join(folder, 'server')).start()
        devices = [processes.Device(folder, name) for name in ('a', 'b', 'c', 'd')]
        try:
            for device in devices:
                device.sign_in(server, register=device is devices[0])
            measure(folder, devices)
        finally:
            server.stop()
            for device in devices:
                device.close()


main()
