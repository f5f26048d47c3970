# bench-first-sync.py: 100,000 tasks up to a server, and down to an empty device
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..', 'support'))
import processes  # noqa: E402

TASKS = int(os.environ.get('BATON_BENCH_TASKS', 100000))
build = sys.argv[1]


def timed_sync(device):
    """Seconds, and MiB of memory at the most."""
    began = time.monotonic()
    process = device.start('sync')
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f'{device.name}: the sync failed')
    return time.monotonic() - began, used.ru_maxrss / 1024


def main():
    with tempfile.TemporaryDirectory(prefix='baton-bench-', dir=build) as folder:
        server = processes.Server(os.path.join(folder, 'server')).start()
        devices = [processes.Device(folder, name) for name in ('a', 'b')]
        try:
            subprocess.run([os.path.join(build, 'bench-fill'), os.path.dirname(devices[0].database), str(TASKS)], check=True)
            began = time.monotonic()
            with open(devices[0].database, 'rb') as source, open(os.path.join(folder, 'copy'), 'wb') as copy:
                copy.write(source.read())
                os.fsync(copy.fileno())
            print(f'bound: the file copied durably      {time.monotonic() - began:6.1f} s')
            devices[0].sign_in(server, register=True)
            devices[1].sign_in(server)
            for what, device in (('all up', devices[0]), ('all down to an empty device', devices[1])):
                taken, peak = timed_sync(device)
                print(f'{what:<35} {taken:6.1f} s, {TASKS / taken:6.0f} tasks/s, peak {peak:.0f} MiB', flush=True)
            if devices[0].records() != devices[1].records():
                sys.exit('the devices differ')
        finally:
            server.stop()
            for device in devices:
                device.close()


main()
