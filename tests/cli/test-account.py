#!/usr/bin/env python3
# test-account.py: signing in and out by command line loses nothing and doubles nothing, also where it is killed or not answered
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes against a real server. What is killed is killed with SIGKILL at moments drawn from a seed (BATON_TEST_SEED), all through
the time that the command takes; after each kill everything must be on the device, and the same command must then go through."""

import collections
import json
import os
import random
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import account  # noqa: E402
import cutting_proxy  # noqa: E402
import processes  # noqa: E402
import tap  # noqa: E402

# More than one chunk of a sign-in, and more than one request
N_TASKS = 700
N_KILLS = 12
PASSWORD = processes.PASSWORD + '\n'
test = tap.Program('baton-account-')


class Scene:
    def __init__(self, folder, seed):
        self.folder = folder
        self.rng = random.Random(seed)
        self.servers = []
        self.devices = []

    def server(self):
        server = processes.Server(os.path.join(self.folder, f'server{len(self.servers)}')).start()
        self.servers.append(server)
        return server

    def device(self):
        device = processes.Device(self.folder, f'device{len(self.devices)}')
        self.devices.append(device)
        return device

    def close(self):
        for device in self.devices:
            device.close()
        for server in self.servers:
            server.stop()

    def kill(self, device, *arguments, input=None, longest=1.0):
        """Runs a command and kills it at some moment; whether it came to its end before."""
        process = subprocess.Popen(device.command(*arguments), env=device.env, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        process.stdin.write(input or '')
        process.stdin.close()
        try:
            return process.wait(timeout=self.rng.uniform(0, longest)) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False


def log_in(address, name, *more, register=False):
    words = ['login', '--server', address.url, '--email', f'{name.lower()}@example.org', *more]
    return words + (['--register', '--name', f'{name} L'] if register else [])


def sign_in(device, address, name, *more, register=False):
    device.run(*log_in(address, name, *more, register=register), input=PASSWORD)


def call(server, token, method, path, body=None):
    request = urllib.request.Request(f'{server.url}/api/v1{path}', method=method, data=json.dumps(body).encode(),
                                     headers={'Content-Type': 'application/json', 'Authorization': f'Bearer {token}'})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)['data']


def add(device, what, count=N_TASKS):
    titles = [f'{what} {number}' for number in range(count)]
    device.run('add', '-', input='\n'.join(titles) + '\n')
    return titles


def titles_in(database):
    with account.reading(database) as connection:
        return collections.Counter(row['title'] for row in connection.execute('SELECT title FROM task WHERE deleted = 0'))


def assert_has(database, titles):
    found = titles_in(database)
    wanted = collections.Counter(titles)
    assert found == wanted, f'{database}: lost {list((wanted - found))[:5]}, doubled {list((found - wanted))[:5]}'


def owned_by(server, name):
    """Titles of what belongs to one account there."""
    with account.reading(server.database) as connection:
        return collections.Counter(row['title'] for row in connection.execute(
            'SELECT task.title FROM task JOIN scope ON scope.key = task.scope JOIN user ON scope.id = ? || user.id '
            'WHERE user.email = ?', ['user:', f'{name.lower()}@example.org']))


def sync_alike(*devices):
    for _ in range(3):
        for device in devices:
            device.sync()
    for device in devices:
        status = device.json('status')
        assert status['waiting'] == 0 and status['refused'] == 0, f'{device.name}: {status}'
        account.whole_check(device.database)


def sign_in_until_it_is(scene, device, words, titles):
    """Killed again and again; with each kill all is there."""
    longest = 1.0
    for _ in range(N_KILLS):
        if scene.kill(device, *words, input=PASSWORD, longest=longest):
            longest *= 0.7
        assert_has(device.database, titles)
        account.quick_check(device.database)
        if device.json('status')['signed_in']:
            break
    # It was signed in when it was killed, or is now
    device.run(*words, input=PASSWORD)
    assert device.json('status')['signed_in']
    assert_has(device.database, titles)


@test
def what_is_here_at_the_first_sign_in_is_uploaded_once_though_it_is_killed(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    sign_in(other, server, 'Ada', register=True)
    titles = add(device, 'Here before')
    sign_in_until_it_is(scene, device, log_in(server, 'Ada'), titles)
    for _ in range(N_KILLS // 2):
        scene.kill(device, 'sync', longest=2.0)
        assert_has(device.database, titles)
    sync_alike(device, other)
    for database in (device.database, other.database, server.database):
        assert_has(database, titles)


@test
def what_is_here_is_uploaded_once_though_answers_are_lost_and_the_sign_in_is_repeated(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    proxy = cutting_proxy.Proxy(server)
    titles = add(device, 'Here before')
    proxy.cut('/auth/register')
    done = device.run(*log_in(proxy, 'Ada', register=True), input=PASSWORD, check=False)
    assert done.returncode == 1 and not device.json('status')['signed_in'], done
    sign_in(device, proxy, 'Ada')
    for attempt in range(4):
        proxy.cut('/sync', keep=attempt * 200)
        done = device.run('sync', check=False)
        assert done.returncode == 1 and 'cannot be reached' in done.stderr, done
        assert_has(device.database, titles)
        if attempt == 1:
            device.run('logout')
            titles += add(device, 'Signed out', 30)
            sign_in(device, proxy, 'Ada')
        elif attempt == 2:
            sign_in(device, proxy, 'Ada')
    sign_in(other, server, 'Ada')
    sync_alike(device, other)
    for database in (device.database, other.database, server.database):
        assert_has(database, titles)
    proxy.close()


@test
def an_answer_that_is_cut_off_anywhere_is_no_answer(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    proxy = cutting_proxy.Proxy(server)
    sign_in(device, proxy, 'Ada', register=True)
    sign_in(other, server, 'Ada')
    titles = add(other, 'Elsewhere', 30)
    other.sync()
    for keep in range(0, 1600, 67):
        # Also when libsoup asks once more by itself
        proxy.cut('/sync', times=9, keep=keep)
        done = device.run('sync', check=False)
        assert done.returncode == 1 and 'cannot be reached' in done.stderr, f'{keep}: {done}'
        assert 'cannot be reached' in device.json('status')['trouble']
    proxy.cut('/sync', times=0)
    sync_alike(device)
    assert_has(device.database, titles)
    assert device.json('status')['trouble'] is None
    proxy.close()


@test
def tasks_are_added_to_an_account_of_another_server_once_though_it_is_killed(scene):
    server, second, device, other = scene.server(), scene.server(), scene.device(), scene.device()
    titles = add(device, 'Ada’s')
    sign_in(device, server, 'Ada', register=True)
    device.sync()
    device.run('logout')
    sign_in(other, second, 'Grace', register=True)
    titles += add(device, 'Nobody’s', 20)
    done = device.run(*log_in(second, 'Grace'), input=PASSWORD, check=False)
    assert done.returncode == 1 and '--add-data' in done.stderr, done
    assert_has(device.database, titles)
    sign_in_until_it_is(scene, device, log_in(second, 'Grace', '--add-data'), titles)
    sync_alike(device, other)
    for database in (device.database, other.database, second.database):
        assert_has(database, titles)
    assert_has(server.database, [title for title in titles if title.startswith('Ada')])


@test
def another_persons_tasks_of_the_same_server_are_added_once_though_it_is_killed(scene):
    server, device, other, hers = scene.server(), scene.device(), scene.device(), scene.device()
    project = device.json('add', 'In the garden')['id']
    titles = ['In the garden'] + add(device, 'Ada’s')
    device.run('edit', project, 'description=one', 'due=2026-12-01', 'recurrence=FREQ=DAILY')
    device.run('done', project)
    titles.append('In the garden')
    sign_in(device, server, 'Ada', register=True)
    device.sync()
    device.run('logout')
    titles += add(device, 'Nobody’s', 20)
    sign_in(other, server, 'Grace', register=True)
    already = add(other, 'Grace’s', 10)
    other.sync()
    at_the_server = account.tasks_of(server.database)
    sign_in_until_it_is(scene, device, log_in(server, 'Grace', '--add-data'), titles)
    for _ in range(N_KILLS // 2):
        scene.kill(device, 'sync', longest=2.0)
    sync_alike(device, other)
    for database in (device.database, other.database):
        assert_has(database, titles + already)
    # Ada has what she had, byte for byte
    now = account.tasks_of(server.database)
    assert {record: now.get(record) for record in at_the_server} == at_the_server
    sign_in(hers, server, 'Ada')
    sync_alike(hers)
    assert_has(hers.database, [title for title in titles if not title.startswith('Nobody')])
    # Signed in once more, and adopted once more by another device that Ada has left: nothing is doubled
    device.run('logout')
    sign_in(device, server, 'Grace')
    hers.run('logout')
    sign_in(hers, server, 'Grace', '--add-data')
    sync_alike(device, hers, other)
    for database in (device.database, other.database, hers.database):
        assert_has(database, titles + already)
    # And back again: Ada’s own come home under their own ids
    device.run('logout')
    sign_in(device, server, 'Ada', '--add-data')
    device.sync()
    assert owned_by(server, 'Ada') == collections.Counter(titles + already)
    assert owned_by(server, 'Grace') == collections.Counter(titles + already)


@test
def what_is_shared_with_both_is_not_added_once_more(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    sign_in(device, server, 'Ada', register=True)
    sign_in(other, server, 'Grace', register=True)
    token = processes.log_in(server)['access_token']
    project = call(server, token, 'POST', '/projects', {'name': 'Shared'})['id']
    alone = call(server, token, 'POST', '/projects', {'name': 'Alone'})['id']
    for name, where in (('In the shared one', project), ('In her own', alone)):
        call(server, token, 'POST', '/tasks', {'title': name, 'project_id': where})
    call(server, token, 'POST', f'/projects/{project}/members', {'email': 'grace@example.org', 'role': 'viewer'})
    sync_alike(device, other)
    device.run('logout')
    sign_in(device, server, 'Grace', '--add-data')
    sync_alike(device, other)
    for database in (device.database, other.database):
        assert_has(database, ['In the shared one', 'In her own'])
    assert_has(server.database, ['In the shared one', 'In her own', 'In her own'])


@test
def who_may_only_look_signs_out_and_in_and_nothing_is_refused(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    sign_in(device, server, 'Ada', register=True)
    sign_in(other, server, 'Grace', register=True)
    token = processes.log_in(server)['access_token']
    project = call(server, token, 'POST', '/projects', {'name': 'Shared'})['id']
    call(server, token, 'POST', '/tasks', {'title': 'To look at', 'project_id': project})
    call(server, token, 'POST', f'/projects/{project}/members', {'email': 'grace@example.org', 'role': 'viewer'})
    sync_alike(device, other)
    other.run('logout')
    sign_in(other, server, 'Grace')
    sync_alike(other)
    assert_has(other.database, ['To look at'])


@test
def what_changed_elsewhere_while_signed_out_is_no_conflict(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    sign_in(device, server, 'Ada', register=True)
    sign_in(other, server, 'Ada')
    task, second = device.json('add', 'Before')['id'], device.json('add', 'Mine')['id']
    sync_alike(device, other)
    device.run('logout')
    other.run('edit', task, 'title=After', 'description=one')
    device.run('edit', second, 'title=Mine, edited signed out')
    other.sync()
    sign_in(device, server, 'Ada')
    sync_alike(device, other)
    for one in (device, other):
        assert_has(one.database, ['After', 'Mine, edited signed out'])
        assert one.json('conflicts') == [], one.json('conflicts')


@test
def a_sign_in_that_fails_adopts_and_deletes_nothing(scene):
    server, second, device = scene.server(), scene.server(), scene.device()
    titles = add(device, 'Ada’s', 30)
    sign_in(device, server, 'Ada', register=True)
    device.run('logout')
    before = device.records()
    proxy = cutting_proxy.Proxy(second)
    sign_in(scene.device(), second, 'Grace', register=True)
    for how in (['--add-data'], ['--delete-data', '--yes']):
        proxy.cut('/auth/login')
        done = device.run(*log_in(proxy, 'Grace', *how), input=PASSWORD, check=False)
        assert done.returncode == 1 and not device.json('status')['signed_in'], done
        assert device.records() == before
        # Nothing has become nobody's, or Grace's
        done = device.run(*log_in(proxy, 'Grace'), input=PASSWORD, check=False)
        assert done.returncode == 1 and '--add-data' in done.stderr, done
    assert_has(device.database, titles)
    proxy.close()


@test
def with_delete_data_all_goes_or_nothing_though_it_is_killed(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    titles = add(device, 'Ada’s')
    sign_in(device, server, 'Ada', register=True)
    device.sync()
    sign_in(other, server, 'Grace', register=True)
    device.run('logout')
    longest = 1.0
    for _ in range(N_KILLS):
        if scene.kill(device, *log_in(server, 'Grace', '--delete-data', '--yes'), input=PASSWORD, longest=longest):
            longest *= 0.7
        left = titles_in(device.database)
        assert left in (collections.Counter(titles), collections.Counter()), f'{len(left)} of {len(titles)} are left'
        assert left or device.json('status')['signed_in'], 'all is gone, and nobody is signed in'
        account.whole_check(device.database)
        if not left:
            break
    if titles_in(device.database):
        sign_in(device, server, 'Grace', '--delete-data', '--yes')
    hers = add(device, 'Grace’s', 20)
    sync_alike(device, other)
    assert_has(device.database, hers)
    assert_has(other.database, hers)
    assert owned_by(server, 'Ada') == collections.Counter(titles)


@test
def login_deletes_nothing_that_may_be_on_no_server_unasked(scene):
    server, device, kept = scene.server(), scene.device(), os.path.join(scene.folder, 'kept.json')
    sign_in(scene.device(), server, 'Grace', register=True)
    sign_in(device, server, 'Ada', register=True)
    titles = add(device, 'Not sent', 3)
    done = device.run(*log_in(server, 'Grace', '--delete-data', '--yes'), input=PASSWORD, check=False)
    assert done.returncode == 1 and 'logout --delete-data' in done.stderr, done
    done = device.run('logout')
    assert '3 edits are not on the server yet' in done.stdout, done
    done = device.run('unsynced')
    assert 'Nobody is signed in' in done.stdout and 'Everything is synced' not in done.stdout, done
    for register in (False, True):
        done = device.run(*log_in(server, 'Bob' if register else 'Grace', '--delete-data', register=register), input=PASSWORD, check=False)
        assert done.returncode == 1 and '--export' in done.stderr and '--yes' in done.stderr, done
        assert_has(device.database, titles)
        assert not device.json('status')['signed_in']
    device.run('unsynced', '--export', kept)
    with open(kept, encoding='utf-8') as file:
        data = json.load(file)
    assert data['format'] == 'baton-data', data
    assert sorted(entry['record']['title'] for entry in data['records']) == titles, data
    # Bob was not made, and what is deleted is deleted whosesoever it is
    sign_in(device, server, 'Bob', '--delete-data', '--yes', register=True)
    assert titles_in(device.database) == collections.Counter()
    add(device, 'Bob’s', 2)
    device.sync()
    device.run('logout')
    add(device, 'Signed out', 2)
    done = device.run(*log_in(server, 'Bob', '--delete-data', '--yes'), input=PASSWORD)
    device.sync()
    assert_has(device.database, ['Bob’s 0', 'Bob’s 1'])


@test
def what_is_edited_signed_out_is_no_conflict_with_what_stood_before(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    sign_in(device, server, 'Ada', register=True)
    sign_in(other, server, 'Ada')
    tasks = [device.json('add', f'Task {number}')['id'] for number in range(4)]
    sync_alike(device, other)
    device.run('edit', tasks[0], 'title=Not sent')
    device.run('edit', tasks[3], 'title=Not sent either')
    device.run('logout')
    device.run('edit', tasks[1], 'title=Signed out', 'description=one')
    device.run('edit', tasks[3], 'title=Twice')
    device.run('done', tasks[2])
    sign_in(device, server, 'Ada')
    sync_alike(device, other)
    for one in (device, other):
        assert_has(one.database, ['Not sent', 'Signed out', 'Task 2', 'Twice'])
        assert one.json('conflicts') == [], one.json('conflicts')


@test
def signing_out_keeps_everything_though_it_is_killed(scene):
    server, device, other = scene.server(), scene.device(), scene.device()
    titles = add(device, 'Ada’s')
    sign_in(device, server, 'Ada', register=True)
    device.sync()
    titles += add(device, 'Not sent', 300)
    before = device.records()
    longest = 0.5
    for _ in range(N_KILLS):
        if scene.kill(device, 'logout', longest=longest):
            longest *= 0.7
        assert device.records() == before
        account.whole_check(device.database)
        if not device.json('status')['signed_in']:
            sign_in(device, server, 'Ada')
    device.run('logout')
    assert device.json('status')['waiting'] == 0 and device.records() == before
    titles += add(device, 'Signed out', 20)
    sign_in(device, server, 'Ada')
    sign_in(other, server, 'Ada')
    sync_alike(device, other)
    for database in (device.database, other.database, server.database):
        assert_has(database, titles)


@test
def logout_with_delete_data_deletes_all_or_nothing_and_never_what_no_server_has(scene):
    server, device = scene.server(), scene.device()
    titles = add(device, 'Ada’s')
    sign_in(device, server, 'Ada', register=True)
    device.sync()
    unsent = add(device, 'Not sent', 3)
    done = device.run('logout', '--delete-data', check=False, input='')
    assert done.returncode == 1 and 'no server' in done.stderr, done
    assert device.json('status')['signed_in']
    assert_has(device.database, titles + unsent)
    device.sync()
    longest = 0.5
    for _ in range(N_KILLS):
        if scene.kill(device, 'logout', '--delete-data', longest=longest):
            longest *= 0.7
        left = titles_in(device.database)
        assert left in (collections.Counter(titles + unsent), collections.Counter()), f'{len(left)} are left'
        account.whole_check(device.database)
        if not device.json('status')['signed_in']:
            assert not left, f'signed out, and {len(left)} are left'
            break
    if device.json('status')['signed_in']:
        device.run('logout', '--delete-data')
    assert titles_in(device.database) == collections.Counter()
    assert_has(server.database, titles + unsent)
    sign_in(device, server, 'Ada')
    sync_alike(device)
    assert_has(device.database, titles + unsent)


def main():
    seed = int(os.environ.get('BATON_TEST_SEED') or time.time_ns() % 1000000)
    print(f'# BATON_TEST_SEED={seed}')
    test.run(lambda folder: Scene(folder, seed))


main()
