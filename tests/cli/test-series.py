#!/usr/bin/env python3
# test-series.py: tasks that repeat, done on several devices, against a real server
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import shutil
import sys
import urllib.request
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import account  # noqa: E402
import processes  # noqa: E402
import tap  # noqa: E402

test = tap.Program('baton-series-')


class Person:
    """Somebody who speaks to the server by the API alone."""

    def __init__(self, server, email, register=False):
        self.server = server
        self.email = email
        self.token = None
        if register:
            self.ask('POST', '/auth/register', {'email': email, 'password': processes.PASSWORD,
                                                'first_name': 'Bob', 'last_name': 'Smith'})
        self.token = self.ask('POST', '/auth/login', {'email': email, 'password': processes.PASSWORD})['access_token']

    def ask(self, method, path, body=None):
        headers = {'Content-Type': 'application/json'}
        if self.token:
            headers['Authorization'] = f'Bearer {self.token}'
        request = urllib.request.Request(f'{self.server.url}/api/v1{path}', method=method, headers=headers,
                                         data=json.dumps(body).encode() if body is not None else None)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b'{}').get('data')

    def take(self, record):
        """Makes a record of this id in an inbox of their own; what became of it."""
        edit = {'id': str(uuid.uuid4())[:14] + '7' + str(uuid.uuid4())[15:], 'entity': 'task', 'record': record,
                'set': {'title': 'mine'}, 'clock': '0190000000c8-0000-00000000000b', 'base': {}}
        return self.ask('POST', '/sync', {'device_id': '00000000000b', 'cursor': {}, 'edits': [edit]})['results'][0]['status']


class Scene:
    """A server, two devices of one person, and one of another, all in one project."""

    def __init__(self, folder):
        self.folder = folder
        self.server = processes.Server(os.path.join(folder, 'server')).start()
        self.devices = [processes.Device(folder, name) for name in ('a', 'b', 'c')]
        self.here, self.there, self.other = self.devices
        self.here.sign_in(self.server, register=True)
        self.there.sign_in(self.server)
        self.other.sign_in(self.server, register=True, email='bob@example.org')
        self.ada = Person(self.server, 'ada@example.org')
        self.bob = Person(self.server, 'bob@example.org')
        self.project = self.ada.ask('POST', '/projects', {'name': 'Garden'})['id']

    def close(self):
        for device in self.devices:
            device.close()
        self.server.stop()

    def invite(self, role):
        self.ada.ask('POST', f'/projects/{self.project}/members', {'email': 'bob@example.org', 'role': role})

    def sync(self, *devices):
        for device in (devices or self.devices) * 2:
            device.sync()

    def repeating(self, shared=True):
        """A task that repeats, with one that hangs on it, on all devices."""
        task = self.here.json('add', 'Water the plants tomorrow every day')['id']
        if shared:
            self.here.run('edit', task, f'project_id={self.project}')
        part = self.here.json('add', 'Fill the can')['id']
        self.here.run('edit', part, f'parent_id={task}')
        self.sync()
        return task, part

    def back_up(self):
        self.server.stop()
        shutil.copytree(os.path.join(self.server.folder, 'data'), os.path.join(self.folder, 'backup'))
        self.server.start()

    def set_back(self):
        self.server.stop()
        shutil.rmtree(os.path.join(self.server.folder, 'data'))
        shutil.copytree(os.path.join(self.folder, 'backup'), os.path.join(self.server.folder, 'data'))
        self.server.start()


def next_of(series, number):
    return str(uuid.uuid5(uuid.UUID(series), str(number)))


def copy_of(part, occurrence):
    return str(uuid.uuid5(uuid.UUID(part), occurrence))


def tasks(device):
    """All tasks by id."""
    return {record[1]: columns for record, columns in device.records().items() if record[0] == 'task'}


def assert_alike(scene, *states):
    """All devices hold the same tasks of the series, as many as @states, and nothing is left to decide."""
    first = tasks(scene.here)
    for device in scene.devices:
        assert tasks(device) == first, f'{device.name} differs: {account.describe_difference(tasks(device), first)}'
        assert device.json('unsynced')['edits'] == [], device.json('unsynced')
        assert device.json('conflicts') == [], device.json('conflicts')
    whole = sorted((task['occurrence'] or 1, task['status']) for task in first.values() if task['title'] == 'Water the plants')
    assert [status for _, status in whole] == list(states), whole
    assert len(first) == 2 * len(states), first


def retry_all(device):
    """As somebody does who goes through the list: what went with another one is not there any more."""
    for refused in device.json('unsynced')['edits']:
        device.run('unsynced', '--retry', refused['edit']['id'], check=False)


@test
def done_on_devices_offline_it_comes_again_once(scene):
    scene.invite('member')
    task, part = scene.repeating()
    for device in scene.devices:
        device.run('done', task)
        device.run('done', next_of(task, 2))
    scene.sync()
    assert_alike(scene, 'done', 'done', 'todo')
    assert next_of(task, 3) in tasks(scene.other)


@test
def what_a_server_that_was_set_back_lost_of_it_arrives_once(scene):
    scene.invite('member')
    task, part = scene.repeating()
    scene.back_up()
    scene.here.run('done', task)
    scene.sync()
    scene.here.run('done', next_of(task, 2))
    scene.sync(scene.here)
    scene.set_back()
    # Who has not made the task is the first to come
    scene.other.run('done', next_of(task, 2))
    scene.there.run('done', next_of(task, 2))
    scene.sync(scene.other, scene.there, scene.here)
    scene.sync()
    assert_alike(scene, 'done', 'done', 'todo')


@test
def who_was_let_in_after_the_backup_takes_nothing_for_themselves(scene):
    scene.back_up()
    scene.invite('member')
    task, part = scene.repeating()
    scene.here.run('done', task)
    scene.sync()
    scene.set_back()
    scene.other.run('done', next_of(task, 2))
    scene.sync(scene.other)
    assert scene.bob.ask('GET', '/tasks') == [], scene.bob.ask('GET', '/tasks')
    assert {refused['code'] for refused in scene.other.json('unsynced')['edits']} == {'NOT_FOUND'}
    scene.sync(scene.there, scene.here)
    for device in (scene.here, scene.there):
        assert device.json('unsynced')['edits'] == [], device.json('unsynced')
    # What others have sent meanwhile needs no decision
    scene.invite('member')
    scene.sync()
    left = {refused['edit']['record'] for refused in scene.other.json('unsynced')['edits']}
    assert left == {next_of(task, 2), next_of(task, 3), copy_of(copy_of(part, next_of(task, 2)), next_of(task, 3))}, left
    retry_all(scene.other)
    scene.sync()
    assert_alike(scene, 'done', 'done', 'todo')


@test
def a_project_that_was_lost_is_its_makers_again_whoever_sends_it_first(scene):
    scene.back_up()
    scene.project = scene.ada.ask('POST', '/projects', {'name': 'Balcony', 'color': '#00ff00'})['id']
    scene.invite('member')
    task, part = scene.repeating()
    scene.here.run('done', task)
    scene.sync()
    scene.set_back()
    scene.other.run('done', next_of(task, 2))
    scene.sync(scene.other)
    members = {member['email']: member['role'] for member in scene.bob.ask('GET', f'/projects/{scene.project}/members')}
    assert members == {'ada@example.org': 'owner', 'bob@example.org': 'member'}, members
    scene.sync(scene.here, scene.there)
    scene.sync()
    assert_alike(scene, 'done', 'done', 'todo')
    assert scene.ada.ask('GET', f'/projects/{scene.project}')['color'] == '#00ff00'


@test
def what_was_moved_after_the_backup_can_be_sent_again(scene):
    scene.invite('member')
    task, part = scene.repeating(shared=False)
    scene.back_up()
    scene.here.run('edit', task, f'project_id={scene.project}')
    scene.sync()
    scene.set_back()
    # The server has it in an inbox of somebody else
    scene.other.run('done', task)
    scene.sync(scene.other, scene.here, scene.there)
    scene.sync()
    left = {refused['edit']['record'] for refused in scene.other.json('unsynced')['edits']}
    assert left == {task, next_of(task, 2)}, left
    retry_all(scene.other)
    scene.sync()
    assert_alike(scene, 'done', 'todo')


@test
def ids_that_somebody_has_taken_beforehand_lose_nobody_a_task(scene):
    scene.invite('viewer')
    task, part = scene.repeating()
    copy = copy_of(part, next_of(task, 2))
    assert scene.bob.take(next_of(task, 2)) == 'refused'
    assert [scene.bob.take(record) for record in (next_of(task, 3), copy)] == ['applied', 'applied']
    scene.here.run('done', task)
    scene.here.run('done', next_of(task, 2))
    scene.sync()
    left = {refused['edit']['record']: refused['edit']['id'] for refused in scene.here.json('unsynced')['edits']}
    assert left.keys() == {next_of(task, 3), copy}, left
    for edit in left.values():
        scene.here.run('unsynced', '--copy', edit)
    scene.sync()
    found = [found for found in tasks(scene.there).values() if found['status'] == 'todo' and found['title'] == 'Water the plants']
    assert len(found) == 1 and found[0]['project_id'] == scene.project, found
    scene.there.run('done', found[0]['id'])
    scene.sync()
    assert next_of(found[0]['id'], 2) in tasks(scene.here)
    assert scene.here.json('unsynced')['edits'] == []


test.run(Scene)
