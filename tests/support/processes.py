# processes.py: Baton's programs as processes, for tests, the demo and benchmarks
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server and devices as real processes, each in folders of its own.

Programs are found by BATON_PROGRAM and BATON_SERVER_PROGRAM, else on PATH.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request

ENTITIES = ['project', 'task', 'tag', 'reminder', 'comment', 'attachment', 'filter']
PASSWORD = 'correct horse battery'


def program(name, variable):
    return os.environ.get(variable) or shutil.which(name) or sys.exit(f'{name} is not on PATH')


class Session:
    """A session bus with an unlocked keyring, as a person has one on each device."""

    def __init__(self, folder):
        control = os.path.join(folder, 'keyring')
        os.makedirs(control, mode=0o700, exist_ok=True)
        self.bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=self.bus.stdout.readline().strip(),
                        HOME=os.path.join(folder, 'home'),
                        XDG_DATA_HOME=os.path.join(folder, 'data'),
                        XDG_CONFIG_HOME=os.path.join(folder, 'config'),
                        XDG_CACHE_HOME=os.path.join(folder, 'cache'))
        for name in ('HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'):
            os.makedirs(self.env[name], exist_ok=True)
        # Warnings are fatal for Baton alone: the keyring warns of each client that was killed
        self.keyring = subprocess.Popen(
            ['gnome-keyring-daemon', '--unlock', '--foreground', '--components=secrets',
             f'--control-directory={control}'],
            env=dict(self.env, G_DEBUG=''), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.keyring.stdin.write(b'keyring')
        self.keyring.stdin.close()
        if not wait_until(self.has_keyring):
            raise RuntimeError('the keyring did not start')

    def has_keyring(self):
        answer = subprocess.run(
            ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus',
             '--object-path', '/org/freedesktop/DBus', '--method', 'org.freedesktop.DBus.NameHasOwner',
             'org.freedesktop.secrets'], env=self.env, capture_output=True, text=True)
        return 'true' in answer.stdout

    def close(self):
        for process in (self.keyring, self.bus):
            process.terminate()
            process.wait(timeout=30)
        self.bus.stdout.close()


class Server:
    """baton-server on loopback; keeps its port over restarts."""

    def __init__(self, folder, *arguments):
        self.folder = folder
        self.arguments = arguments
        self.port = 0
        self.process = None
        self.log = None
        os.makedirs(folder, exist_ok=True)

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    @property
    def database(self):
        return os.path.join(self.folder, 'data', 'baton-server.db')

    def start(self):
        data = os.path.join(self.folder, 'data')
        os.makedirs(data, exist_ok=True)
        self.log = open(os.path.join(self.folder, 'log'), 'ab')
        self.process = subprocess.Popen(
            [program('baton-server', 'BATON_SERVER_PROGRAM'), '--data-dir', data,
             '--listen', f'127.0.0.1:{self.port}', *self.arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if 'listening on' not in line:
            raise RuntimeError(f'the server did not start: {line!r}; see {self.log.name}')
        self.port = int(line.rsplit(':', 1)[1])
        return self

    def kill(self):
        self.process.kill()
        self.reap()

    def stop(self):
        """Ends it as a service manager would; gives the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.reap()

    def reap(self):
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.log.close()
        return status


class Device:
    """One device of a person: folders and a session of its own."""

    def __init__(self, folder, name):
        self.name = name
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder, exist_ok=True)
        self.session = Session(self.folder)
        self.env = self.session.env

    def close(self):
        self.session.close()

    @property
    def database(self):
        return os.path.join(self.folder, 'data', 'baton', 'baton.db')

    def command(self, *arguments):
        return [program('baton', 'BATON_PROGRAM'), *arguments]

    def run(self, *arguments, input=None, check=True):
        done = subprocess.run(self.command(*arguments), env=self.env, input=input, text=True,
                              capture_output=True, timeout=300)
        if check and done.returncode != 0:
            raise RuntimeError(f'{self.name}: baton {" ".join(arguments)} gave {done.returncode}: {done.stderr}')
        return done

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, '--json', **options).stdout)

    def start(self, *arguments):
        return subprocess.Popen(self.command(*arguments), env=self.env,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sign_in(self, server, register=False, email='ada@example.org'):
        name = ['--register', '--name', 'Ada Lovelace'] if register else []
        self.run('login', '--server', server.url, '--email', email, *name, input=PASSWORD + '\n')

    def sync(self):
        return self.json('sync')

    def records(self):
        """Every record that the device holds, by entity and id, with all fields and clocks."""
        found = {}
        with sqlite3.connect(f'file:{self.database}?mode=ro', uri=True) as database:
            database.row_factory = sqlite3.Row
            for entity in ENTITIES:
                for row in database.execute(f'SELECT * FROM "{entity}"'):
                    columns = {key: row[key] for key in row.keys() if key not in LOCAL_COLUMNS}
                    found[entity, row['id']] = columns
        database.close()
        return found


# What a device keeps for itself beside a record
LOCAL_COLUMNS = {'key', 'scope', 'seen', 'hidden'}


def log_in(server):
    """Signs in by the API alone; gives the answer's data."""
    body = json.dumps({'email': 'ada@example.org', 'password': PASSWORD}).encode()
    request = urllib.request.Request(f'{server.url}/api/v1/auth/login', data=body,
                                     headers={'Content-Type': 'application/json'})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)['data']


def text_of(database):
    """All text that a database file holds, to look for what somebody typed."""
    parts = []
    connection = sqlite3.connect(f'file:{database}?mode=ro', uri=True)
    tables = [row[0] for row in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
    for table in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            parts.extend(str(cell) for cell in row if isinstance(cell, (str, bytes)))
    connection.close()
    return '\n'.join(parts)


def integrity(database):
    connection = sqlite3.connect(database)
    answer = connection.execute('PRAGMA integrity_check').fetchone()[0]
    connection.close()
    return answer


def read_proc(pid, thread, name):
    try:
        with open(f'/proc/{pid}/task/{thread}/{name}', errors='replace') as file:
            return file.read().strip()
    except OSError as error:
        return error.strerror


def describe(pid):
    """What each thread of a process does, as far as may be looked at: for whoever finds out why it does not end."""
    lines = []
    try:
        threads = sorted(os.listdir(f'/proc/{pid}/task'), key=int)
    except OSError:
        return f'there is no process {pid} any more'
    for thread in threads:
        state = [line for line in read_proc(pid, thread, 'status').split('\n') if line.startswith(('State', 'SigQ', 'ShdPnd', 'SigCgt'))]
        lines += [f'thread {thread} ({read_proc(pid, thread, "comm")}): waits in {read_proc(pid, thread, "wchan")}, '
                  f'system call {read_proc(pid, thread, "syscall")}', *state, read_proc(pid, thread, 'stack')]
    lines.append(f'times: {read_proc(pid, pid, "stat")}')
    if shutil.which('gdb'):
        try:
            told = subprocess.run(['gdb', '-p', str(pid), '-batch', '-nx', '-ex', 'set pagination off', '-ex', 'thread apply all bt'],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace', timeout=120)
            lines.append(told.stdout + told.stderr)
        except subprocess.TimeoutExpired:
            lines.append('gdb came to no end')
    return '\n'.join(lines)


def end(process, what, seconds, log=None):
    """Waits until @process has ended; one that does not is described (in @log too, a path) and killed."""
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        found = describe(process.pid)
        process.kill()
        process.wait()
    if log is not None:
        with open(log, errors='replace') as file:
            found += f'\nits last words:\n{file.read()[-4000:]}'
    raise RuntimeError(f'{what} did not end within {seconds} s:\n{found}')


def start_display():
    """An X server of a test's own, whose name nobody else can have: (process, name).

    The name is asked of the server: xvfb-run looks for a free number among lock files, and a test in another root folder, with another /tmp,
    has the same abstract sockets and other lock files.
    """
    server = subprocess.Popen(['Xvfb', '-displayfd', '1', '-screen', '0', '1280x800x24', '-noreset', '-nolisten', 'tcp'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    number = server.stdout.readline().strip()
    if not number:
        server.wait(timeout=30)
        raise RuntimeError('Xvfb did not start')
    return server, f':{number}'


def wait_until(condition, seconds=60, step=0.005):
    """Whether @condition became true within @seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return False
