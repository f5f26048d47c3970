#!/usr/bin/env python3
# test-killed.py: programs that are killed and a network that fails lose nothing that was acknowledged, and double nothing
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two devices, a window on one of them, a client of the REST API and a server work at once. Three modes, each in rounds:

  killed   commands, window and server are killed with SIGKILL at random moments
  network  nothing is killed, but devices reach the server through a proxy that makes faults
  both     all of it

Each file is looked through after each kill. After a round all sync in peace; then devices and server must hold the same, each file must
be sound from end to end, and the account (support/account.py) must find everything. See README.md for the long form.
"""

import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import account  # noqa: E402
import faulty_proxy  # noqa: E402
import load  # noqa: E402
import processes  # noqa: E402

MODES = ['killed', 'network', 'both']
# Of kills, or of faults where nothing is killed
A_ROUND = 50
LOOK_SECONDS = 0.2
PEACEFUL_SYNCS = 4


class Scene:
    """What stays from round to round."""

    def __init__(self, folder, mode, seed, window):
        self.mode = mode
        # Where a sign-in is renewed for each request, that is killed too. But an old renewal that is said again, or comes
        # when the next ones have been made, is what a thief's would be.
        renews = mode == 'killed' or seed % 2 == 0
        os.environ['BATON_ACCESS_TOKEN_MINUTES'] = '1' if renews else '15'
        self.server = processes.Server(os.path.join(folder, 'server')).start()
        without = faulty_proxy.LASTING if renews else []
        self.proxy = faulty_proxy.Proxy(self.server, seed, without) if mode != 'killed' else None
        self.address = self.proxy or self.server
        self.devices = [processes.Device(folder, name) for name in ('a', 'b')]
        self.window = self.devices[1] if window else None
        self.book = account.Account()
        self.counts = collections.Counter()
        self.faults = collections.Counter()
        self.devices[0].sign_in(self.address, register=True)
        self.devices[1].sign_in(self.address)

    def close(self):
        if self.server.process.poll() is None:
            self.server.stop()
        if self.proxy is not None:
            self.proxy.close()
        for device in self.devices:
            device.close()

    def set_network(self, mode):
        if self.proxy is not None:
            self.faults = collections.Counter(self.proxy.set_mode(mode)['faults'])

    def play(self, seed, target, seconds):
        """Gives how many kills (or faults) there were."""
        rng = random.Random(seed)
        made = load.Load(self.book, self.server, self.address, self.devices, rng, self.mode != 'network', self.window)
        end = time.monotonic() + seconds
        before = self.faults.total()
        self.set_network('faulty')
        made.start()
        while time.monotonic() < end and not made.failures:
            made.wait(lambda: made.counts['kills'] >= target, LOOK_SECONDS)
            self.set_network(rng.choices(['faulty', 'calm', 'down'], [20, 2, 1])[0])
            if (made.counts['kills'] if made.kills else self.faults.total() - before) >= target:
                break
        self.set_network('calm')
        try:
            made.finish()
        finally:
            self.counts.update(made.counts)
        self.end_in_peace()
        return made.counts['kills'] if made.kills else self.faults.total() - before

    def end_in_peace(self):
        if self.server.process.poll() is not None:
            self.server.start()
        for _ in range(PEACEFUL_SYNCS):
            moved = [device.sync() for device in self.devices]
            if all(told['sent'] == 0 and told['received'] == 0 for told in moved):
                break
        for device in self.devices:
            status = device.json('status')
            assert status['waiting'] == 0, f'{device.name} still has edits to send'
            assert status['refused'] == 0, f'{device.name} has refused edits'
        databases = [device.database for device in self.devices]
        self.book.check(databases, self.server.database)
        first, second = (device.records() for device in self.devices)
        assert first == second, f'the devices differ: {account.describe_difference(first, second)}'
        for database in (*databases, self.server.database):
            account.whole_check(database)

    def tell(self):
        sure, unsure = self.book.count()
        counts = {what: count for what, count in self.counts.items() if 'failed' not in what}
        print(f'# {self.mode}: {dict(sorted(counts.items()))}')
        print(f'# {sure} edits acknowledged, {unsure} cut off: none lost, none doubled')
        if self.faults:
            print(f'# faults of the network: {self.faults.total()}: {dict(sorted(self.faults.items()))}')
        for what, count in sorted(self.counts.items()):
            if 'failed' in what:
                print(f'# {count} × {what}')
        sys.stdout.flush()


def start_display():
    """A display for the windows that is theirs alone: what else may be on the one that is there could end it."""
    server, os.environ['DISPLAY'] = processes.start_display()
    os.environ.pop('XAUTHORITY', None)
    return server


def play_mode(mode, options, seed, number):
    """Plays rounds until enough was killed, or the time is over; gives the number of the last test."""
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory(prefix='baton-killed-') as folder:
        scene = Scene(folder, mode, seed, not options.no_window)
        played = 0
        try:
            while played < options.kills and time.monotonic() < end:
                number += 1
                what = f'{mode}, seed {seed}'
                made = scene.play(seed, min(options.round, options.kills - played), end - time.monotonic())
                played += made
                print(f'ok {number} - {what}: {made} {"faults" if mode == "network" else "kills"}, '
                      'nothing lost, nothing doubled, all alike', flush=True)
                seed += 1
            assert played >= options.kills / 5, f'only {played} of {options.kills} in {options.seconds:.0f} s'
            scene.tell()
        except (AssertionError, RuntimeError, load.Died, subprocess.TimeoutExpired) as error:
            print(f'not ok {number} - {what}: {error}', flush=True)
            if options.keep:
                subprocess.run(['cp', '-r', folder, options.keep], check=False)
            print(f'1..{number}', flush=True)
            sys.exit(1)
        finally:
            scene.close()
    return number


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--kills', type=int, default=int(os.environ.get('BATON_KILLS', 50)),
                        help='in each mode (BATON_KILLS); faults where nothing is killed')
    parser.add_argument('--seconds', type=float, default=float(os.environ.get('BATON_KILL_SECONDS', 100)),
                        help='at most, in each mode (BATON_KILL_SECONDS)')
    parser.add_argument('--seed', type=int, default=int(os.environ.get('BATON_TEST_SEED') or 0))
    parser.add_argument('--round', type=int, default=A_ROUND, help='kills or faults a round, after which all is looked through')
    parser.add_argument('--mode', choices=MODES)
    parser.add_argument('--no-window', action='store_true')
    parser.add_argument('--keep', metavar='FOLDER', help='copy everything there when something fails')
    options = parser.parse_args()
    seed = options.seed or random.SystemRandom().randrange(1, 1 << 30)
    print(f'# seed {seed}', flush=True)
    display = None if options.no_window else start_display()
    number = 0
    try:
        for mode in [options.mode] if options.mode else MODES:
            number = play_mode(mode, options, seed, number)
        print(f'1..{number}', flush=True)
    finally:
        if display is not None:
            display.terminate()
            display.wait()


main()
