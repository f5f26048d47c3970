# test-killed.py: two devices and a server, killed at random moments, end alike with nothing lost
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each seed: edits on both devices while they are apart; then each pushes while it, the other or the server is
killed with SIGKILL; then all sync in peace. Both must hold the same, each thing typed must be somewhere (in the state, or in
a history), each added task must be there once, and each file must be sound.

BATON_TEST_SEED starts the seeds elsewhere; BATON_TEST_RUNS says how many.
"""

import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import processes  # noqa: E402

PRIORITIES = ['low', 'medium', 'high', 'urgent']


class Account:
    """What was typed and acknowledged: each must be found again."""

    def __init__(self):
        self.titles = []
        self.tokens = []
        self.number = 0

    def token(self, device):
        self.number += 1
        return f'{device.name}{self.number:06d}x'


def add_some(device, rng, account):
    titles = [f'Task {account.token(device)}' for _ in range(rng.randint(1, 40))]
    device.run('add', '-', input='\n'.join(titles) + '\n')
    account.titles += titles


def change_one(device, rng, account, ids):
    record = rng.choice(ids)
    kind = rng.choice(['title', 'notes', 'priority', 'done', 'delete', 'restore', 'tag', 'undo'])
    if kind == 'title':
        token = account.token(device)
        device.run('edit', record, f'title=Renamed {token}')
        account.tokens.append(token)
    elif kind == 'notes':
        token = account.token(device)
        device.run('edit', record, f'description=Line one\nLine {token}\nLine three')
        account.tokens.append(token)
    elif kind == 'priority':
        device.run('edit', record, f'priority={rng.choice(PRIORITIES)}')
    elif kind == 'tag':
        device.run('edit', record, f'tags{rng.choice("+-")}={rng.choice(["home", "work", "later"])}')
    elif kind == 'undo':
        device.run('undo', check=False)
    else:
        device.run(kind, record, check=kind != 'done')


def edit_apart(device, rng, account):
    add_some(device, rng, account)
    ids = [record for entity, record in device.records() if entity == 'task']
    for _ in range(rng.randint(1, 4)):
        change_one(device, rng, account, ids)


def kill_while_syncing(devices, server, rng, usual):
    """Both push at once; one of the three is killed at some moment of it."""
    pushing = [device.start('sync') for device in devices]
    victim = rng.choice(['first', 'second', 'server', 'all'])
    time.sleep(rng.uniform(0, usual))
    if victim in ('first', 'all'):
        pushing[0].kill()
    if victim in ('second', 'all'):
        pushing[1].kill()
    if victim in ('server', 'all'):
        server.kill()
        server.start()
    for process in pushing:
        process.wait(timeout=120)
    return victim


def sync_in_peace(devices):
    for _ in range(2):
        for device in devices:
            device.sync()


def check(devices, server, account):
    first, second = (device.records() for device in devices)
    assert first == second, 'the devices differ: ' + describe_difference(first, second)
    titles = [columns['title'] for (entity, _), columns in first.items() if entity == 'task']
    everything = '\n'.join(processes.text_of(file) for file in
                           (devices[0].database, devices[1].database, server.database))
    lost = [token for token in account.tokens + account.titles if token not in everything]
    assert not lost, f'lost: {lost}'
    twice = {title for title in titles if title.startswith('Task ') and titles.count(title) > 1}
    assert not twice, f'doubled: {twice}'
    assert len(titles) == len(account.titles), f'{len(titles)} tasks for {len(account.titles)} added'
    for device in devices:
        assert device.json('status')['waiting'] == 0, f'{device.name} still has edits to send'
        assert device.json('status')['refused'] == 0, f'{device.name} has refused edits'
    for file in (devices[0].database, devices[1].database, server.database):
        assert processes.integrity(file) == 'ok', f'{file} is damaged'


def describe_difference(first, second):
    for key in sorted(first.keys() | second.keys()):
        if first.get(key) != second.get(key):
            return f'{key}: {first.get(key)} / {second.get(key)}'
    return 'nothing'


def main():
    with tempfile.TemporaryDirectory(prefix='baton-killed-') as folder:
        start = int(os.environ.get('BATON_TEST_SEED') or random.SystemRandom().randrange(1 << 30))
        runs = int(os.environ.get('BATON_TEST_RUNS', 50))
        print(f'# seeds {start} to {start + runs - 1}', flush=True)
        print(f'1..{runs}', flush=True)
        play(folder, start, runs)


def play(folder, start, runs):
    server = processes.Server(os.path.join(folder, 'server')).start()
    devices = [processes.Device(folder, name) for name in ('a', 'b')]
    devices[0].sign_in(server, register=True)
    devices[1].sign_in(server)
    account = Account()
    usual = 1.0
    victims = {}
    try:
        for number, seed in enumerate(range(start, start + runs), 1):
            rng = random.Random(seed)
            for device in devices:
                edit_apart(device, rng, account)
            victim = kill_while_syncing(devices, server, rng, usual)
            victims[victim] = victims.get(victim, 0) + 1
            began = time.monotonic()
            sync_in_peace(devices)
            usual = (time.monotonic() - began) / 4
            check(devices, server, account)
            print(f'ok {number} - seed {seed}: killed {victim}, nothing lost, both alike', flush=True)
        print(f'# {len(account.titles)} tasks added, {len(account.tokens)} texts edited, killed: {victims}')
    except (AssertionError, RuntimeError, subprocess.TimeoutExpired) as error:
        print(f'not ok {number} - seed {seed}: {error}', flush=True)
        sys.exit(1)
    finally:
        server.stop()
        for device in devices:
            device.close()


main()
