# bench-app.py: start to a drawn list and memory at rest with 100,000 tasks, beside a window that shows nothing
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..', 'support'))
import processes  # noqa: E402

TASKS = int(os.environ.get('BATON_BENCH_TASKS', 100000))
STARTS = 7
REST_SECONDS = 3
SEARCHES = 3
build = sys.argv[1]


def proportional_kib(pid):
    with open(f'/proc/{pid}/smaps_rollup') as file:
        return int(re.search(r'^Pss:\s+(\d+)', file.read(), re.M)[1])


def start(command, env):
    """Milliseconds from the start of the process to the drawn list, and KiB of memory at rest after it."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=dict(env, G_MESSAGES_DEBUG='baton-app'), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for line in process.stdout:
            drawn = re.search(r'first list drawn at (\d+)', line)
            if drawn:
                time.sleep(REST_SECONDS)
                return int(drawn[1]) / 1000 - began * 1000, proportional_kib(process.pid)
        raise RuntimeError(f'{command[0]} drew nothing')
    finally:
        process.terminate()
        process.wait()


def main():
    with tempfile.TemporaryDirectory(prefix='baton-bench-', dir=build) as folder:
        device = processes.Device(folder, 'a')
        try:
            began = time.monotonic()
            subprocess.run([os.path.join(build, 'bench-fill'), os.path.dirname(device.database), str(TASKS)], check=True)
            print(f'{TASKS} tasks added in {time.monotonic() - began:.1f} s')
            kinds = {'bound: an empty window': [os.path.join(build, 'bench-window')],
                     f'baton, {TASKS} tasks': device.command()}
            figures = {name: [] for name in kinds}
            for _ in range(STARTS):
                for name, command in kinds.items():
                    figures[name].append(start(command, device.env))
            bound = None
            for name, taken in figures.items():
                times = [figure[0] for figure in taken]
                best, middle = min(times), statistics.median(times)
                memory = statistics.median(figure[1] for figure in taken) / 1024
                bound = bound or (best, middle, memory)
                print(f'{name:<24} drawn after {best:4.0f} ms at best ({best / bound[0]:.2f} of the bound), '
                      f'median {middle:4.0f} ms ({middle / bound[1]:.2f}); memory {memory:5.1f} MiB '
                      f'(+{memory - bound[2]:.1f})', flush=True)
            for _ in range(SEARCHES):
                subprocess.run([os.path.join(build, 'bench-search'), os.path.dirname(device.database)], check=True)
        finally:
            device.close()


main()
