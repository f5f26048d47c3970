# bench-server.py: requests a second, and how long each takes, over 10,000 tasks at 64 connections
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import sqlite3
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..', 'support'))
import processes  # noqa: E402

TASKS = 10000
CONNECTIONS = 64
ROUNDS = 3
SECONDS = int(os.environ.get('BATON_BENCH_SECONDS', 2))
build = sys.argv[1]


def load(url, kind, token, ids):
    done = subprocess.run(['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{SECONDS}s', '-s', os.path.join(here, 'request.lua'),
                           url, '--', kind, token, ids], capture_output=True, text=True, check=True)
    figures = re.search(r'FIGURES (\S+) (\S+) (\S+) (\d+)', done.stdout)
    return [float(figure) for figure in figures.groups()]


def show(what, figures, bound=None):
    rate, p50, p99, failed = figures
    share = f'  {rate / bound:4.2f} of the bound' if bound else ''
    print(f'{what:<34} {rate:9.0f}/s  p50 {p50:7.2f} ms  p99 {p99:7.2f} ms  failed {failed:.0f}{share}', flush=True)


def bound(ids):
    process = subprocess.Popen([os.path.join(build, 'bench-constant')], stdout=subprocess.PIPE, text=True)
    try:
        return load(process.stdout.readline().split()[-1], 'constant', 'none', ids)
    finally:
        process.kill()
        process.wait()


def main():
    with tempfile.TemporaryDirectory(prefix='baton-bench-', dir=build) as folder:
        server = processes.Server(os.path.join(folder, 'server')).start()
        device = processes.Device(folder, 'a')
        try:
            subprocess.run([os.path.join(build, 'bench-fill'), os.path.dirname(device.database), str(TASKS)], check=True)
            device.sign_in(server, register=True)
            device.sync()
            token = processes.log_in(server)['access_token']
            ids = os.path.join(folder, 'ids')
            with open(ids, 'w') as file, sqlite3.connect(f'file:{device.database}?mode=ro', uri=True) as database:
                file.writelines(row[0] + '\n' for row in database.execute('SELECT id FROM task'))
            kinds = ('get', 'list', 'patch', 'create')
            rounds = [[bound(ids)] + [load(server.url, kind, token, ids) for kind in kinds] for _ in range(ROUNDS)]
            constant, *best = [max(figures) for figures in zip(*rounds)]
            print(f'the best of {ROUNDS} rounds of {SECONDS} s each, {CONNECTIONS} connections')
            show('bound: a constant SoupServer', constant)
            for kind, figures in zip(kinds, best):
                show(kind, figures, constant[0])
            subprocess.run([os.path.join(build, 'bench-rows'), folder], check=True)
        finally:
            server.stop()
            device.close()


main()
