# account.py: who wrote what, what was acknowledged, and whether all of it is still there
# SPDX-License-Identifier: GPL-3.0-or-later
"""A writer is one sequence of commands: a device's command line, or a client of the REST API. Each thing it writes is noted with
whether it was acknowledged: a command that was killed may have done its work or not, but never half of it, and never twice.

What must hold at the end, when device and server are alike:

- Each task that was added is there once: acknowledged once exactly, else once at most, and of one command all or none.
- Each value that was acknowledged is in the state, or in a history, or with the edits that were not synced.
- What stands in a field is the last value of one of its writers: the last that was acknowledged, or one that was killed after it. Where
  something was undone any value that was ever written there will do, and notes, which the server merges, are looked for line by line.
"""

import collections
import contextlib
import json
import sqlite3
import threading

import processes

# What server and device each keep for themselves beside a record
LOCAL_COLUMNS = processes.LOCAL_COLUMNS | {'seq', 'version', 'born', 'written', 'next_id'}
# What a field reads as before anybody has set it: setting that changes nothing, and leaves no trace
INITIAL = {'priority': 'medium', 'status': 'todo', 'deleted': False}


@contextlib.contextmanager
def reading(database):
    connection = sqlite3.connect(f'file:{database}?mode=ro', uri=True, timeout=60)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


def quick_check(database):
    with reading(database) as connection:
        answer = connection.execute('PRAGMA quick_check').fetchone()[0]
    assert answer == 'ok', f'{database}: {answer}'


def whole_check(database):
    assert processes.integrity(database) == 'ok', f'{database} is damaged'
    connection = sqlite3.connect(database, timeout=60)
    for (table, text) in connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'").fetchall():
        rank = 0 if "content=''" in text else 1
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', {rank})")
    connection.rollback()
    connection.close()


def tasks_of(database):
    """Tasks by id, with what device and server both hold of them; clocks as a set, since they stand in no order."""
    found = {}
    with reading(database) as connection:
        for row in connection.execute('SELECT * FROM task'):
            columns = {name: row[name] for name in row.keys() if name not in LOCAL_COLUMNS}
            columns['clocks'] = {tuple([line.split('\t')[0], field]) for line in row['clocks'].split('\n')
                                 for field in line.split('\t')[1:]}
            found[row['id']] = columns
    return found


def past_of(database, past):
    """Adds every value that a history, or an edit that has not left, holds: (record, field) → values as JSON."""
    with reading(database) as connection:
        names = {row['name'] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if 'outbox' in names:
            rows = connection.execute(
                "SELECT record, field, old_value AS old, new_value AS new FROM history WHERE entity = 'task'").fetchall()
            for row in connection.execute('SELECT record, json FROM outbox'):
                for field, value in json.loads(row['json'])['set'].items():
                    past[row['record'], field].add(json.dumps(value))
        else:
            rows = connection.execute(
                'SELECT task.id AS record, field, old, new FROM history JOIN task ON task.key = history.record'
                ' WHERE entity = ?', [processes.ENTITIES.index('task')]).fetchall()
        for row in rows:
            past[row['record'], row['field']].update(json.dumps(json.loads(text)) for text in (row['old'], row['new']) if text)


def value_of(task, field):
    if field.startswith('tags.'):
        return field.removeprefix('tags.') in json.loads(task['tags'] or '[]')
    if field == 'deleted':
        return bool(task['deleted'])
    return task[field]


class Account:
    """What was written; threads may tell it at once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.number = 0
        self.batches = []                             # (titles, acknowledged)
        self.writes = collections.defaultdict(list)   # (record, field) → (writer, value, acknowledged)
        self.undone = set()                           # (record, field)

    def token(self, writer):
        with self.lock:
            self.number += 1
            return f'{writer}{self.number:06d}x'

    def added(self, titles, sure):
        with self.lock:
            self.batches.append((titles, sure))

    def wrote(self, writer, record, values, sure):
        with self.lock:
            for field, value in values.items():
                self.writes[record, field].append((writer, value, sure))

    def may_be_undone(self, keys):
        with self.lock:
            self.undone.update(keys)

    def count(self):
        """How many edits were acknowledged, and how many may have been made or not."""
        batches = [sure for titles, sure in self.batches for _ in titles]
        writes = [sure for values in self.writes.values() for _, _, sure in values]
        return sum(batches) + sum(writes), len(batches) + len(writes) - sum(batches) - sum(writes)

    # --- the check -----------------------------------------------------------

    def check(self, devices, server):
        """@devices and @server: their databases; all has been synced."""
        found = [tasks_of(database) for database in (*devices, server)]
        for database, tasks in zip((*devices, server), found[1:] + found[:1]):
            assert tasks == found[0], f'{database}: {describe_difference(tasks, found[0])}'
        past = collections.defaultdict(set)
        for database in (*devices, server):
            past_of(database, past)
        self.check_added(found[0], past)
        for (record, field), writes in self.writes.items():
            if record in found[0]:
                self.check_field(found[0][record], (record, field), writes, past[record, field])
            else:
                assert not any(sure for _, _, sure in writes), f'lost: {record} {field}: {writes}'

    def check_added(self, tasks, past):
        holders = collections.defaultdict(set)
        for record, task in tasks.items():
            for title in {task['title']} | {json.loads(text) for text in past[record, 'title']}:
                holders[title].add(record)
        for titles, sure in self.batches:
            there = [len(holders.get(title, ())) for title in titles]
            assert max(there) <= 1, f'doubled: {titles} {there}'
            assert min(there) == max(there), f'of one command, some were taken: {titles} {there}'
            assert not sure or min(there) == 1, f'lost: {titles}'

    def check_field(self, task, key, writes, past):
        stands = value_of(task, key[1])
        if key[1] == 'description':
            everything = '\n'.join([stands or '', *(str(json.loads(text)) for text in past)])
            lost = [value for _, value, sure in writes if sure and not set(value.split('\n')) <= set(everything.split('\n'))]
            assert not lost, f'lost of {key}: {lost}'
            return
        there = past | {json.dumps(stands), json.dumps(INITIAL.get(key[1], False))}
        lost = [value for _, value, sure in writes if sure and json.dumps(value) not in there]
        assert not lost, f'lost of {key}: {lost}; {stands!r} stands, {past} was'
        allowed = last_values(writes)
        if key in self.undone or not any(sure for _, _, sure in writes):
            return
        assert stands in allowed, f'{key}: {stands!r} stands, not one of the last: {allowed}; {writes}'


def last_values(writes):
    """What each writer acknowledged last, and what it may have written after it."""
    allowed = []
    for writer in {writer for writer, _, _ in writes}:
        own = [(value, sure) for other, value, sure in writes if other == writer]
        last = max((i for i, (_, sure) in enumerate(own) if sure), default=0)
        allowed += [value for value, _ in own[last:]]
    return allowed


def describe_difference(first, second):
    for record in sorted(first.keys() | second.keys()):
        one, other = first.get(record), second.get(record)
        if one is None or other is None:
            return f'{record}: {one} / {other}'
        for field in one:
            if one[field] != other[field]:
                return f'{record} {field}: {one[field]!r} / {other[field]!r}'
    return 'nothing'
