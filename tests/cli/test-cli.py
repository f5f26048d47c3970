# test-cli.py: every command of the command line, with right and wrong words
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import processes  # noqa: E402
import tap  # noqa: E402

test = tap.Program('baton-cli-')


class Data:
    """An empty data folder, and baton on it."""

    def __init__(self, folder):
        self.folder = folder
        self.env = dict(os.environ, XDG_DATA_HOME=os.path.join(folder, 'data'),
                        XDG_CONFIG_HOME=os.path.join(folder, 'config'), DBUS_SESSION_BUS_ADDRESS='disabled:')
        self.database = os.path.join(folder, 'data', 'baton', 'baton.db')

    def close(self):
        pass

    def run(self, *arguments, input=None):
        command = [processes.program('baton', 'BATON_PROGRAM'), *arguments]
        return subprocess.run(command, env=self.env, input=input, capture_output=True, timeout=120)

    def ok(self, *arguments, input=None):
        done = self.run(*arguments, input=input)
        assert done.returncode == 0, f'{arguments}: {done.returncode}: {done.stderr.decode()}'
        return done.stdout.decode()

    def json(self, *arguments, input=None):
        return json.loads(self.ok(*arguments, '--json', input=input))

    def fails(self, status, *arguments, say='', input=None):
        done = self.run(*arguments, input=input)
        said = done.stderr.decode(errors='replace')
        assert done.returncode == status, f'{arguments}: {done.returncode}, not {status}: {said}'
        assert said.startswith('baton: '), f'{arguments} says {said!r}'
        assert say in said, f'{arguments} does not say {say!r}: {said}'
        return said

    def titles(self, *arguments):
        return [task['title'] for task in self.json('list', *arguments)]


@test
def a_task_that_is_added_is_listed_and_shown(data):
    task = data.json('add', 'Pay', 'the', 'rent', '2026-12-01', '#home', '!high')
    assert task['title'] == 'Pay the rent' and task['due'] == '2026-12-01', task
    assert task['tags'] == ['home'] and task['priority'] == 'high' and task['status'] == 'todo', task
    assert data.json('list') == [task]
    assert data.json('show', task['id']) == task
    assert 'Pay the rent' in data.ok('list') and 'Pay the rent' in data.ok('show', task['id'])


@test
def each_line_of_standard_input_is_a_task(data):
    added = data.ok('add', '-', '--json', input='One #a\n\n  Two  \nDrei – für später\n'.encode())
    assert [json.loads(line)['title'] for line in added.splitlines()] == ['One', 'Two', 'Drei – für später']
    assert sorted(data.titles()) == sorted(['One', 'Two', 'Drei – für später'])
    assert data.ok('add', '-', input=b'') == ''


@test
def a_line_that_is_not_utf8_adds_nothing_at_all(data):
    data.fails(1, 'add', '-', input=b'Good\n\xff\xfe\nBetter\n', say='Line 2')
    assert data.titles() == []


@test
def a_line_that_is_too_long_is_called_that(data):
    said = data.fails(1, 'add', '-', input=b'Good\n' + b'x' * 20_000_000 + b'\n', say='Line 2 is too long')
    assert 'UTF-8' not in said and data.titles() == []


@test
def the_end_of_an_id_is_enough(data):
    task = data.json('add', 'Water the tomatoes')
    assert data.json('show', task['id'][-8:])['id'] == task['id']
    data.fails(1, 'show', 'ffff0000ffff', say='ffff0000ffff')
    data.fails(1, 'show', 'ab')


@test
def done_reopen_delete_and_restore_do_what_they_say(data):
    task = data.json('add', 'Mend the bicycle')['id']
    done = data.json('done', task)
    assert done['status'] == 'done' and done['completed_at'], done
    assert data.titles() == []
    reopened = data.json('reopen', task)
    assert reopened['status'] == 'todo' and reopened['completed_at'] is None, reopened
    data.ok('delete', task)
    assert data.titles() == [] and data.titles('is:deleted') == ['Mend the bicycle']
    data.fails(1, 'done', task, say='trash')
    data.fails(1, 'delete', task, say='in the trash already')
    data.ok('restore', task)
    data.fails(1, 'restore', task, say='not in the trash')
    assert data.titles() == ['Mend the bicycle']


@test
def edit_sets_clears_and_changes_sets(data):
    task = data.json('add', 'Book the train #travel')['id']
    edited = data.json('edit', task, 'title=Book the night train', 'due=2027-01-02T09:00', 'priority=urgent',
                       'estimated_minutes=30', 'tags+=lisbon', 'description=Window seat.\nNot the aisle.')
    assert edited['title'] == 'Book the night train' and edited['due'] == '2027-01-02T09:00', edited
    assert edited['tags'] == ['lisbon', 'travel'] and edited['estimated_minutes'] == 30, edited
    assert edited['description'] == 'Window seat.\nNot the aisle.', edited
    edited = data.json('edit', task, 'due=', 'tags-=travel', 'estimated_minutes=')
    assert edited['due'] is None and edited['tags'] == ['lisbon'] and edited['estimated_minutes'] is None, edited
    assert data.json('edit', task, 'tags=a, b')['tags'] == ['a', 'b']


@test
def signed_out_nothing_is_unsynced_or_in_conflict(data):
    data.ok('add', 'Here alone')
    status = data.json('status')
    assert status['waiting'] == 0 and status['conflicts'] == 0 and status['held'] is False, status
    assert status['removal'] == 0 and status['trouble'] is None, status
    assert data.json('unsynced')['edits'] == [] and data.json('conflicts') == []
    assert 'Nobody is signed in' in data.ok('unsynced') and 'No conflicts' in data.ok('conflicts')
    data.fails(1, 'unsynced', '--copy', 'abcd1234', say='abcd1234')
    data.fails(2, 'unsynced', '--copy', 'abcd1234', '--retry', 'abcd1234')
    data.fails(1, 'conflicts', '--use', '7', say='7')
    data.fails(1, 'conflicts', '--use=0', say='no conflict 0')
    data.fails(1, 'conflicts', '--keep', 'x', say='no conflict x')
    data.fails(2, 'conflicts', '--use', '7', '--keep', '7')
    data.fails(1, 'logout', say='not signed in')


@test
def what_is_refused_can_be_listed_exported_copied_and_discarded(data):
    task = data.json('add', 'Paint the shed')['id']
    edit = '01990000-0000-7000-8000-00000000abcd'
    wire = json.dumps({'id': edit, 'entity': 'task', 'record': task, 'set': {'priority': 'urgent'},
                       'clock': '01990000abcd-0000-ffffffffffff', 'base': {}})
    for n in ('a', 'b'):
        with sqlite3.connect(data.database) as database:
            database.execute("INSERT INTO outbox (id, entity, record, json, made, state, code, message) "
                             "VALUES (?, 'task', ?, ?, 0, 'refused', 'AUTHORIZATION_ERROR', 'Only to look at')",
                             (edit, task, wire))
        if n == 'a':
            assert 'Only to look at' in data.ok('unsynced') and 'Paint the shed' in data.ok('unsynced')
            path = os.path.join(data.folder, 'kept.json')
            data.ok('unsynced', '--export', path)
            with open(path, encoding='utf-8') as file:
                kept = json.load(file)
            assert kept['format'] == 'baton-data' and [entry['record']['id'] for entry in kept['records']] == [task], kept
            assert kept['edits'][0]['edit']['set'] == {'priority': 'urgent'}, kept
            assert os.stat(path).st_mode & 0o777 == 0o600
            copy = data.ok('unsynced', '--copy', 'abcd').strip()
            assert data.json('show', copy)['priority'] == 'urgent'
            assert data.json('show', task)['priority'] == 'medium'
        else:
            assert data.ok('unsynced', '--discard', 'abcd') == 'Discarded: Paint the shed  (priority)\n'
        assert data.json('unsynced')['edits'] == []


@test
def a_wrong_field_is_named_and_changes_nothing(data):
    task = data.json('add', 'Call Ada')
    for words, say in ((['colour=red'], 'colour'), (['due=tomorrowish'], 'due'), (['due=2026-02-30'], 'due'),
                       (['priority=very'], 'priority'), (['estimated_minutes=many'], 'estimated_minutes'),
                       (['title='], 'title'), (['title=' + 'x' * 501], 'title'), (['created_at=now'], 'created_at'),
                       (['title=Good', 'status=lost'], 'status'), (['title+=x'], 'title'),
                       (['tags+=' + 'x' * 51], 'tags'), (['recurrence=FREQ=NEVER'], 'recurrence'),
                       (['time_zone=Mars/Base'], 'time_zone'), (['deleted=true'], 'deleted')):
        data.fails(1, 'edit', task['id'], *words, say=say)
    assert data.json('show', task['id']) == task


@test
def wrong_use_is_told_with_status_2(data):
    task = data.json('add', 'Call Ada')['id']
    for words in (['frobnicate'], ['add'], ['show'], ['show', task, task], ['list', '--limit', '0'], ['list', '--limit', 'x'],
                  ['list', '--frob'], ['edit', task], ['edit', task, 'nothing'], ['undo', 'x'], ['login'],
                  ['login', '--server', 'http://127.0.0.1:1', '--email', 'a@b.c', '--register'], [b'add', b'\xff\xfe']):
        data.fails(2, *words)
    assert data.titles() == ['Call Ada']


@test
def undo_and_redo_go_through_the_steps(data):
    task = data.json('add', 'Read the book')['id']
    data.ok('edit', task, 'title=Read the long book')
    data.ok('done', task)
    assert data.ok('undo') == 'Undone: Complete Task “Read the long book”\n'
    assert data.json('show', task)['status'] == 'todo'
    assert data.ok('undo') == 'Undone: Edit Task “Read the long book”\n'
    assert data.json('show', task)['title'] == 'Read the book'
    data.ok('undo')
    assert data.titles() == []
    data.fails(1, 'undo')
    for _ in range(3):
        data.ok('redo')
    assert data.json('show', task)['title'] == 'Read the long book' and data.json('show', task)['status'] == 'done'
    data.fails(1, 'redo')


@test
def a_filter_chooses_and_a_wrong_one_is_explained(data):
    data.ok('add', '-', input=b'Plan #work !high\nRest #home\nWrite the report #work 2026-11-01\n')
    assert sorted(data.titles('tag:work')) == ['Plan', 'Write the report']
    assert data.titles('tag:work and not priority:high') == ['Write the report']
    assert data.titles('due before 2026-12-01') == ['Write the report']
    assert data.titles('report') == ['Write the report']
    assert len(data.titles('--limit', '2')) == 2
    for words in ('(tag:work', 'tag:', 'due before', 'and', 'priority:very'):
        data.fails(1, 'list', words)


@test
def a_newer_database_is_left_as_it_is(data):
    data.ok('add', 'Keep me')
    database = sqlite3.connect(data.database)
    database.execute('PRAGMA user_version = 9999')
    database.commit()
    database.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    before = open(data.database, 'rb').read()
    for words in (['list'], ['add', 'More'], ['status'], ['undo']):
        data.fails(1, *words, say='newer')
    assert open(data.database, 'rb').read() == before


@test
def a_damaged_file_is_never_an_empty_list(data):
    os.makedirs(os.path.dirname(data.database))
    with open(data.database, 'wb') as file:
        file.write(b'This is not a database. ' * 1000)
    before = open(data.database, 'rb').read()
    for words in (['list'], ['list', '--json'], ['add', 'More'], ['status']):
        done = data.run(*words)
        assert done.returncode == 1 and done.stdout == b'', done
    assert open(data.database, 'rb').read() == before


@test
def a_file_that_was_being_set_aside_when_baton_was_killed_is_there_and_disturbs_nothing(data):
    """Set aside, the three files are linked into a folder beside them, then go, the database first."""
    data.ok('add', 'Before')
    folder = os.path.dirname(data.database)
    files = ['baton.db-wal', 'baton.db-shm', 'baton.db']
    connection = sqlite3.connect(data.database)
    connection.execute('PRAGMA wal_autocheckpoint = 0')
    connection.execute("UPDATE task SET title = 'In the log alone'")
    connection.commit()
    was = {name: open(os.path.join(folder, name), 'rb').read() for name in files}
    connection.close()
    assert len(was['baton.db-wal']) > 0
    for gone in (1, 2, 3):
        for name in os.listdir(folder):
            if name.startswith('baton.db'):
                os.remove(os.path.join(folder, name))
        aside = os.path.join(folder, f'set-aside-{gone}')
        os.mkdir(aside)
        for name in files:
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(was[name])
            os.link(os.path.join(folder, name), os.path.join(aside, name))
        for name in files[:-gone - 1:-1]:
            os.remove(os.path.join(folder, name))
        assert data.titles() == [], 'what was set aside came back'
        data.ok('add', 'After')
        assert data.titles() == ['After']
        assert processes.integrity(data.database) == 'ok'
        kept = sqlite3.connect(os.path.join(aside, 'baton.db'))
        assert [row[0] for row in kept.execute('SELECT title FROM task')] == ['In the log alone']
        kept.close()


@test
def output_that_cannot_be_written_is_an_error(data):
    data.ok('add', 'Call Ada')
    with open('/dev/full', 'w') as full:
        command = [processes.program('baton', 'BATON_PROGRAM'), 'list']
        done = subprocess.run(command, env=data.env, stdout=full, stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 1, done


@test
def without_an_account_nothing_waits_and_sync_says_so(data):
    data.ok('add', 'Call Ada')
    status = data.json('status')
    assert status['signed_in'] is False and status['waiting'] == 0, status
    data.fails(1, 'sync')
    data.fails(1, 'login', '--server', 'http://127.0.0.1:1', '--email', 'a@b.c', input=b'12345678\n')
    data.fails(1, 'login', '--server', 'ftp://x', '--email', 'a@b.c', input=b'12345678\n')
    assert data.titles() == ['Call Ada']


@test
def help_and_version_are_the_command_lines(data):
    assert 'is:deleted' in data.ok('list', '--help') and 'every' in data.ok('add', '--help')
    assert 'XDG_DATA_HOME' in data.ok('login', '--help')
    assert 'add TEXT' in data.ok('--help') and 'add TEXT' in data.ok('help')
    assert data.ok('--version').startswith('baton ')


@test
def a_sign_in_that_no_keyring_keeps_is_refused(data):
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    try:
        data.ok('add', 'Call Ada')
        data.fails(1, 'login', '--server', server.url, '--email', 'ada@example.org', '--register', '--name', 'Ada L',
                   say='keyring', input=b'correct horse\n')
        assert data.json('status')['signed_in'] is False
        assert data.titles() == ['Call Ada']
        # Neither was the account made, nor are the tasks anybody's
        with sqlite3.connect(server.database) as database:
            assert database.execute('SELECT count(*) FROM user').fetchone() == (0,)
        with sqlite3.connect(data.database) as database:
            assert database.execute("SELECT * FROM meta WHERE name LIKE 'owner%'").fetchall() == []
    finally:
        server.stop()


@test
def the_advice_for_a_session_without_a_keyring_works(data):
    """The two lines as they are printed, typed into shells one after the other."""
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    env = dict(data.env, HOME=data.folder, G_DEBUG='')

    def shell(*lines):
        program = processes.program('baton', 'BATON_PROGRAM')
        return subprocess.run(bus.split(), env=env, input='\n'.join([keyring, *[f'"{program}" {line}' for line in lines]]) + '\n',
                              text=True, capture_output=True, timeout=120)
    try:
        said = data.fails(1, 'login', '--server', server.url, '--email', 'ada@example.org', say='keyring', input=b'correct horse\n')
        bus, keyring = [line.strip() for line in said.splitlines() if line.startswith('  ')]
        done = shell(f'login --server {server.url} --email ada@example.org --register --name "Ada L" <<END\ncorrect horse\nEND', 'sync')
        assert 'Signed in as ada@example.org' in done.stdout and '0 sent' in done.stdout, done
        # It ends with that shell; in another one with the same keyring it goes on
        said = data.ok('status')
        assert said.startswith('No longer signed in as ada@example.org') and 'keyring' in said, said
        assert data.json('status')['ended'], data.json('status')
        done = shell('status', 'sync')
        assert done.stdout.count('Signed in as ada@example.org') == 1 and '0 sent' in done.stdout, done
    finally:
        server.stop()


@test
def a_registration_that_is_refused_says_which_field_once(data):
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    device = processes.Device(data.folder, 'a')
    words = ['login', '--server', server.url, '--register', '--email']
    try:
        done = device.run(*words, 'ada@example.org', '--name', 'Ada', input='correct horse\n', check=False)
        assert done.returncode == 1 and 'first and a last name' in done.stderr, done
        done = device.run(*words, 'ada@example.org', '--name', 'Ada ' + 'x' * 101, input='correct horse\n', check=False)
        assert done.returncode == 1 and 'last_name' in done.stderr and done.stderr.count('1 to 100') == 1, done
        done = device.run(*words, 'ada', '--name', 'Ada L', input='short\n', check=False)
        assert done.returncode == 1 and 'email' in done.stderr and 'password' in done.stderr, done
        assert all(done.stderr.count(line) == 1 for line in done.stderr.splitlines()), done
        assert device.json('status')['signed_in'] is False
    finally:
        device.close()
        server.stop()


@test
def a_sign_in_that_has_ended_is_not_shown_as_one(data):
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    device = processes.Device(data.folder, 'a')
    try:
        words = ['login', '--server', server.url, '--name', 'Ada L', '--register', '--email']
        device.run(*words, 'first@example.org', input='correct horse\n')
        device.run('logout')
        device.run(*words, 'ada@example.org', input='correct horse\n')
        assert 'Signed in as' in device.run('status').stdout and device.json('status')['ended'] is None
        program = processes.program('baton-server', 'BATON_SERVER_PROGRAM')
        done = subprocess.run([program, '--data-dir', os.path.join(data.folder, 'server', 'data'), 'user', 'disable', 'ada@example.org'],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done
        assert device.run('sync', check=False).returncode == 1
        said = device.run('status').stdout
        assert 'No longer signed in as ada@example.org' in said and said.count('has ended') == 1, said
        assert 'disabled' in said and 'safe' in said, said
        assert device.json('status')['signed_in'] is False
        # Whether the server has all of it nobody can say: not even what was in sync goes unasked.
        device.run('add', 'Here')
        done = device.run('logout', '--delete-data', check=False)
        assert done.returncode == 1 and '--yes' in done.stderr and 'has ended' in done.stderr, done
        assert 'still signed in' not in done.stderr and len(device.json('list')) == 1, done
        assert 'Here' in device.run('unsynced', '--export', '-').stdout
        done = device.run('login', '--server', server.url, '--email', 'ada@example.org', input='correct horse\n', check=False)
        assert done.returncode == 1 and 'disabled' in done.stderr, done
        device.run('logout', '--delete-data', '--yes')
        assert device.json('list') == []
    finally:
        device.close()
        server.stop()


@test
def what_a_server_that_was_set_back_has_lost_is_not_deleted_unasked(data):
    folder = os.path.join(data.folder, 'server')
    os.makedirs(folder)
    with open(os.path.join(folder, 'config'), 'w') as config:
        config.write('[server]\naccess-token-minutes=1\n')
    server = processes.Server(folder, '--config', config.name).start()
    device = processes.Device(data.folder, 'a')
    other = processes.Device(data.folder, 'b')
    try:
        device.sign_in(server, register=True)
        server.stop()
        shutil.copytree(os.path.join(folder, 'data'), os.path.join(folder, 'backup'))
        server.start()
        device.run('add', 'Lost there')
        device.sync()
        server.stop()
        shutil.rmtree(os.path.join(folder, 'data'))
        os.rename(os.path.join(folder, 'backup'), os.path.join(folder, 'data'))
        server.start()
        # Each renewal has a new key, of which the backup knows nothing.
        for words in (['sync'], ['status'], ['status', '--json']):
            done = device.run(*words, check=False)
            assert 'does not know it any more' in done.stdout + done.stderr, done
        assert device.json('status')['waiting'] == 0
        done = device.run('logout', '--delete-data', check=False)
        assert done.returncode == 1 and '--yes' in done.stderr and len(device.json('list')) == 1, done
        device.sign_in(server)
        device.sync()
        other.sign_in(server)
        other.sync()
        assert [task['title'] for task in other.json('list')] == ['Lost there']
    finally:
        device.close()
        other.close()
        server.stop()


@test
def signed_out_it_is_said_what_is_where(data):
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    device = processes.Device(data.folder, 'a')
    try:
        assert 'Not signed in\n' == device.run('status').stdout
        device.run('add', 'Never synced')
        assert 'on this device only' in device.run('status').stdout
        device.sign_in(server, register=True)
        assert 'Never synced' in device.run('status').stdout
        device.sync()
        device.run('logout')
        said = device.run('status').stdout
        assert server.url in said and 'ada@example.org' in said and 'Nothing was changed' in said, said
        device.run('add', 'Since')
        task = device.json('list')[0]['id']
        device.run('edit', task, 'title=Changed since')
        said = device.run('status').stdout
        assert '2 tasks' in said and 'this device only' not in said, said
        assert device.json('status')['alone'] == 2
        device.sign_in(server)
        assert 'before that, synced' in device.run('status').stdout
        device.sync()
        said = device.run('status').stdout
        assert 'before that' not in said and 'Synced' in said, said
        # What a sync has tried to send may have come there, or not
        server.stop()
        device.run('add', 'Tried')
        device.run('sync', check=False)
        device.run('logout')
        alone = device.json('status')['alone']
        server.start()
        assert alone == 1, alone
    finally:
        device.close()
        server.stop()


@test
def another_persons_tasks_do_not_go_to_an_account_unasked(data):
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    device = processes.Device(data.folder, 'a')
    try:
        device.sign_in(server, register=True)
        done = device.run('login', '--server', server.url, '--email', 'grace@example.org', check=False,
                          input='correct horse\n')
        assert done.returncode == 1 and 'ada@example.org' in done.stderr, done
        assert device.json('status')['email'] == 'ada@example.org'
    finally:
        device.close()
        server.stop()


@test
def a_second_server_on_one_folder_is_refused(data):
    server = processes.Server(os.path.join(data.folder, 'server')).start()
    try:
        second = subprocess.run([processes.program('baton-server', 'BATON_SERVER_PROGRAM'), '--data-dir',
                                 os.path.join(data.folder, 'server', 'data'), '--listen', '127.0.0.1:0'],
                                capture_output=True, timeout=60)
        assert second.returncode == 1 and b'lock' in second.stderr, second
    finally:
        server.stop()


test.run(Data)
