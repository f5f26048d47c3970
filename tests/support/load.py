# load.py: two devices, a window, a REST client and a server at work all at once, while they are killed or cut off
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything here happens at random moments, drawn from a seed; what was acknowledged is told to an account.Account. A thread each: a
device's edits, its syncs, its window, a client of the REST API, and whoever kills the server.
"""

import collections
import http.client
import json
import os
import random
import re
import subprocess
import threading
import time

import account
import processes

PRIORITIES = ['low', 'medium', 'high', 'urgent']
TAGS = ['home', 'work', 'later']
PATIENCE = 300
# A window that is told to end
ENDING = 60
ANSWER_SECONDS = 60
# Of the commands and of the window's runs, how many end by SIGKILL
KILLED = 0.5
LONGEST_WINDOW = 4.0
LONGEST_SERVER = 0.6
LONGEST_AWAY = 0.2
RETRY_PAUSE = 0.005
SYNC_PAUSE = 0.2
CUT_PAUSE = 0.02
LONGEST_THOUGHT = 0.01
CLIENTS = 3
DISPLAY = {'GSK_RENDERER': 'cairo', 'GDK_DISABLE': 'gl,vulkan', 'GDK_BACKEND': 'x11', 'ADW_DISABLE_PORTAL': '1',
           'GSETTINGS_BACKEND': 'memory'}


class Died(Exception):
    """A program ended as nobody asked it to."""


class Load:
    """One round: from start() until finish() everybody works."""

    def __init__(self, book, server, address, devices, rng, kills, window=None):
        self.book = book
        self.server = server
        self.address = address  # what has the `url` that devices sign in to
        self.devices = devices
        self.rng = rng
        self.kills = kills
        self.window = window    # the device that has one; nullable
        self.ended = threading.Event()
        self.changed = threading.Condition()
        self.counts = collections.Counter()
        self.failures = []
        self.usual = {}          # kind of command → seconds
        self.threads = []

    # --- the round -----------------------------------------------------------

    def start(self):
        works = [(self.edit, device) for device in self.devices] + [(self.sync, device) for device in self.devices]
        works += [(self.use_api, f'rest{number}') for number in range(CLIENTS)]
        if self.kills:
            works.append((self.kill_server,))
        if self.window is not None:
            works.append((self.show_window, self.window))
        for work, *arguments in works:
            thread = threading.Thread(target=self.work, args=[work, random.Random(self.rng.getrandbits(64)), *arguments])
            self.threads.append(thread)
            thread.start()

    def work(self, work, rng, *arguments):
        try:
            work(rng, *arguments)
        except Exception as error:
            self.failures.append(error)
            self.ended.set()
            self.count('failures')

    def count(self, what):
        with self.changed:
            self.counts[what] += 1
            self.changed.notify_all()

    def wait(self, reached, seconds):
        """Until @reached(), or a failure, or the end of time."""
        with self.changed:
            self.changed.wait_for(lambda: self.failures or reached(), seconds)

    def finish(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def is_to_die(self, rng):
        return self.kills and rng.random() < KILLED

    # --- commands ------------------------------------------------------------

    def run(self, rng, device, kind, *arguments, input=None):
        """Exit status (None: killed) and output of a command that may be killed at some moment of its usual time."""
        process = subprocess.Popen(device.command(*arguments), env=device.env, text=True, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        began = time.monotonic()
        limit = rng.uniform(0, 1.2 * self.usual[kind]) if kind in self.usual and self.is_to_die(rng) else PATIENCE
        try:
            out, err = process.communicate(input, timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            if limit == PATIENCE:
                raise Died(f'{device.name}: baton {" ".join(arguments)} came to no end: {err}')
        else:
            taken = time.monotonic() - began
            self.usual[kind] = 0.7 * self.usual.get(kind, taken) + 0.3 * taken
        if process.returncode == -9:
            account.quick_check(device.database)
            self.count('kills')
            self.count('kills of a command')
            return None, out
        if process.returncode not in (0, 1):
            raise Died(f'{device.name}: baton {" ".join(arguments)} ended with {process.returncode}: {err}')
        if process.returncode == 1:
            self.note(device, kind, err)
        return process.returncode, out

    def note(self, device, kind, err):
        plain = re.sub(r'http://[0-9.:]+', 'the server', re.sub('“[^”]*”', 'a task', err.strip()))
        self.count(f'{kind} failed: {plain[:120]}')
        if 'Sanitizer' in err:
            raise Died(f'{device.name}: {kind}: {err}')

    # --- a device ------------------------------------------------------------

    def edit(self, rng, device):
        undoable = None
        while not self.ended.is_set():
            record = self.pick(rng, device)
            if record is None or rng.random() < 0.2:
                undoable = self.add(rng, device)
            elif undoable and rng.random() < 0.1:
                self.book.may_be_undone(undoable)
                self.run(rng, device, 'undo', 'undo')
                undoable = None
            else:
                undoable = self.change(rng, device, record)

    def pick(self, rng, device):
        """One of the newest tasks, so that devices meet at it, or any."""
        with account.reading(device.database) as connection:
            newest = 'ORDER BY key DESC LIMIT 12' if rng.random() < 0.7 else ''
            ids = [row['id'] for row in connection.execute(f'SELECT id FROM task {newest}')]
        return rng.choice(ids) if ids else None

    def add(self, rng, device):
        titles = [f'Task {self.book.token(device.name)}' for _ in range(rng.choice([1, 1, 2, 5, 9]))]
        if len(titles) == 1:
            status, out = self.run(rng, device, 'add', 'add', titles[0], '--json')
        else:
            status, out = self.run(rng, device, 'add many', 'add', '-', '--json', input='\n'.join(titles) + '\n')
        ids = [json.loads(line)['id'] for line in out.split('\n')[:-1]]
        self.book.added(titles, status == 0 or bool(ids))
        return [(record, 'deleted') for record in ids] if status == 0 else None

    def change(self, rng, device, record):
        kind = rng.choice(['title', 'notes', 'priority', 'minutes', 'tag', 'done', 'reopen', 'delete', 'restore', 'restore'])
        arguments, values = self.make_change(rng, device, record, kind)
        status, out = self.run(rng, device, kind, *arguments)
        if status == 1:
            return None
        sure = status == 0 or '\n' in out
        self.book.wrote(device.name, record, values, sure)
        # Others may have changed nothing, and undoing would go further back
        return [(record, field) for field in values] if status == 0 and kind in ('title', 'notes') else None

    def make_change(self, rng, device, record, kind):
        token = self.book.token(device.name)
        if kind == 'title':
            return ['edit', record, f'title=Renamed {token}'], {'title': f'Renamed {token}'}
        if kind == 'notes':
            text = f'Line one\nLine {token}\nLine three'
            return ['edit', record, f'description={text}'], {'description': text}
        if kind == 'priority':
            value = rng.choice(PRIORITIES)
            return ['edit', record, f'priority={value}'], {'priority': value}
        if kind == 'minutes':
            value = rng.randint(1, 1000)
            return ['edit', record, f'estimated_minutes={value}'], {'estimated_minutes': value}
        if kind == 'tag':
            sign, tag = rng.choice('+-'), rng.choice(TAGS)
            return ['edit', record, f'tags{sign}={tag}'], {f'tags.{tag}': sign == '+'}
        values = {'done': {'status': 'done'}, 'reopen': {'status': 'todo'}, 'delete': {'deleted': True},
                  'restore': {'deleted': False}}
        return [kind, record], values[kind]

    def sync(self, rng, device):
        while not self.ended.wait(rng.uniform(0, SYNC_PAUSE if self.address is self.server else CUT_PAUSE)):
            self.run(rng, device, 'sync', 'sync')
            if not device.json('status')['signed_in']:
                raise Died(f'{device.name} was signed out')

    # --- a window ------------------------------------------------------------

    def show_window(self, rng, device):
        while not self.ended.is_set():
            with open(os.path.join(device.folder, 'window.log'), 'w+') as log:
                process = subprocess.Popen(device.command(), env=dict(device.env, **DISPLAY), stdout=log,
                                           stderr=subprocess.STDOUT)
                self.ended.wait(LONGEST_WINDOW * rng.random() ** 2 if self.kills else None)
                # One that ended by itself, with 0, has found the bus still holding the name of the one that was killed
                if process.poll() not in (None, 0):
                    log.seek(0)
                    raise Died(f'{device.name}: the window ended with {process.returncode}: {log.read()[-4000:]}')
                self.end_window(process, device)

    def end_window(self, process, device):
        if not self.kills:
            process.terminate()
        else:
            process.kill()
        log = os.path.join(device.folder, 'window.log')
        if processes.end(process, f'{device.name}: the window', ENDING, log) == -9:
            account.quick_check(device.database)
            self.count('kills')
            self.count('kills of a window')

    # --- the server ----------------------------------------------------------

    def kill_server(self, rng):
        while not self.ended.wait(LONGEST_SERVER * rng.random() ** 2):
            if self.server.process.poll() is not None:
                raise Died(f'the server ended with {self.server.process.returncode}')
            self.server.kill()
            account.quick_check(self.server.database)
            self.count('kills')
            self.count('kills of the server')
            if rng.random() < 0.3:
                self.ended.wait(rng.uniform(0, LONGEST_AWAY))
            self.server.start()

    def use_api(self, rng, name):
        # A change says what is to be, so one that is said again later is another change; a create with a key is not
        maker, changer = Client(self.server, self.address), Client(self.server, self.server)
        ids = []
        while not self.ended.wait(rng.uniform(0, LONGEST_THOUGHT)):
            if not ids or rng.random() < 0.3:
                ids.append(self.create(maker, name))
            else:
                self.patch(rng, changer, name, rng.choice(ids[-12:]))
            ids = [record for record in ids if record is not None]

    def create(self, client, name):
        """Asks until it is answered, as a client should; the key makes one task of it."""
        title = f'Task {self.book.token(name)}'
        key = self.book.token('key')
        answer = None
        while answer is None and not self.ended.is_set():
            answer = client.ask('POST', '/tasks', {'title': title}, key)
            self.count('requests')
            if answer is None:
                self.ended.wait(RETRY_PAUSE)
        self.book.added([title], answer is not None)
        return answer['id'] if answer is not None else None

    def patch(self, rng, client, name, record):
        values = rng.choice([{'title': f'Renamed {self.book.token(name)}'}, {'priority': rng.choice(PRIORITIES)},
                             {'estimated_minutes': rng.randint(1, 1000)}])
        answer = client.ask('PATCH', f'/tasks/{record}', values)
        self.count('requests')
        self.book.wrote(name, record, values, answer is not None)


class Client:
    """A client of the REST API, on one connection as long as that stands."""

    def __init__(self, server, address):
        self.server = server
        self.address = address
        self.connection = None
        self.token = None

    def ask(self, method, path, body, key=None):
        """The answer's data; None where there was none."""
        try:
            if self.token is None:
                self.token = processes.log_in(self.server)['access_token']
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address.url.removeprefix('http://'), timeout=ANSWER_SECONDS)
            headers = {'Authorization': f'Bearer {self.token}', 'Content-Type': 'application/json'}
            if key is not None:
                headers['Idempotency-Key'] = key
            self.connection.request(method, f'/api/v1{path}', json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = json.loads(answer.read())
        # Python takes headers that were cut off for whole ones; then the text is none
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            self.connection = None
            return None
        if answer.status == 401:
            self.token = None
            return None
        if answer.status not in (200, 201, 404, 503):
            raise Died(f'{method} {path} gave {answer.status}: {text}')
        return text['data'] if answer.status in (200, 201) else None
