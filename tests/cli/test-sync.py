#!/usr/bin/env python3
# test-sync.py: the brake, conflicts and what was refused, by command line against a real server
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import account  # noqa: E402
import processes  # noqa: E402
import tap  # noqa: E402

test = tap.Program('baton-sync-')


class Scene:
    """A server, and two devices of one person that are alike."""

    def __init__(self, folder):
        self.server = processes.Server(os.path.join(folder, 'server')).start()
        self.devices = [processes.Device(folder, name) for name in ('a', 'b')]
        self.here, self.there = self.devices
        self.here.sign_in(self.server, register=True)
        self.there.sign_in(self.server)

    def close(self):
        for device in self.devices:
            device.close()
        self.server.stop()

    def sync(self):
        for device in (*self.devices, *self.devices):
            device.sync()

    def fill(self, count):
        self.here.run('add', '-', input=''.join(f'Task {number}\n' for number in range(count)))
        self.sync()
        return [task['id'] for task in self.here.json('list')]


def fails(device, *arguments, say):
    done = device.run(*arguments, check=False)
    assert done.returncode == 1 and say in done.stderr, f'{arguments}: {done}'
    return done.stderr


def count(device):
    return len(device.json('list'))


def delete(device, tasks):
    for task in tasks:
        device.run('delete', task)
    device.sync()


@test
def a_sync_that_would_remove_much_is_held_until_it_is_allowed(scene):
    tasks = scene.fill(100)
    delete(scene.there, tasks[:30])
    mine = None
    for _ in range(2):
        said = fails(scene.here, 'sync', say='30')
        assert '--allow-removal' in said and 'Task ' in said, said
        # While it is held, nothing is sent
        mine = mine or scene.here.json('add', 'Written meanwhile')['id']
        assert count(scene.here) == 101, count(scene.here)
    status = scene.here.json('status')
    assert status['held'] is True and status['removal'] == 30 and status['waiting'] == 1, status
    assert '--allow-removal' in scene.here.run('status').stdout, scene.here.run('status').stdout
    assert mine not in account.tasks_of(scene.server.database), 'sent'
    scene.here.run('sync', '--allow-removal')
    status = scene.here.json('status')
    assert count(scene.here) == 71 and status['held'] is False and status['waiting'] == 0, status
    scene.sync()
    assert count(scene.there) == 71 and mine in account.tasks_of(scene.server.database)


@test
def what_is_allowed_is_what_was_asked_and_no_more(scene):
    tasks = scene.fill(100)
    delete(scene.there, tasks[:25])
    fails(scene.here, 'sync', say='25')
    delete(scene.there, tasks[25:60])
    fails(scene.here, 'sync', '--allow-removal', say='35')
    assert count(scene.here) == 100
    scene.here.run('sync', '--allow-removal')
    assert count(scene.here) == 40


@test
def what_is_to_be_kept_comes_back_on_all_devices(scene):
    tasks = scene.fill(100)
    delete(scene.there, tasks[:30])
    said = fails(scene.here, 'sync', say='trash')
    assert '--keep' in said and '30 tasks' in said, said
    assert '--keep' in scene.here.run('status').stdout
    mine = scene.here.json('add', 'Written meanwhile')['id']
    wrong = scene.here.run('sync', '--keep', '--allow-removal', check=False)
    assert wrong.returncode == 2, wrong
    scene.here.run('sync', '--keep')
    status = scene.here.json('status')
    assert count(scene.here) == 101 and status['held'] is False and status['waiting'] == 0, status
    scene.sync()
    assert count(scene.there) == 101 and mine in account.tasks_of(scene.server.database)
    assert scene.here.records() == scene.there.records(), 'alike'
    assert scene.here.json('conflicts') == [] == scene.there.json('conflicts')


@test
def a_no_too_is_for_what_was_asked(scene):
    tasks = scene.fill(100)
    delete(scene.there, tasks[:25])
    fails(scene.here, 'sync', say='25')
    delete(scene.there, tasks[25:60])
    fails(scene.here, 'sync', '--keep', say='35')
    assert count(scene.here) == 100
    scene.here.run('sync', '--keep')
    scene.sync()
    assert count(scene.here) == 100 == count(scene.there)


@test
def a_sync_that_removes_little_is_not_held(scene):
    tasks = scene.fill(40)
    # 20 are not more than 20, though half of all
    delete(scene.there, tasks[:20])
    scene.here.sync()
    assert count(scene.here) == 20 and scene.here.json('status')['held'] is False


@test
def what_is_held_goes_on_by_itself_once_it_is_undone(scene):
    tasks = scene.fill(60)
    delete(scene.there, tasks[:30])
    fails(scene.here, 'sync', say='30')
    for task in tasks[:30]:
        scene.there.run('restore', task)
    scene.there.sync()
    scene.sync()
    assert count(scene.here) == 60 and scene.here.json('status')['held'] is False


def conflict(scene):
    """Both change a title, and neither knows of the other: the later one, there, stands."""
    task = scene.here.json('add', 'Before')['id']
    scene.sync()
    scene.here.run('edit', task, 'title=Here')
    scene.there.run('edit', task, 'title=There')
    scene.here.sync()
    scene.there.sync()
    scene.sync()
    return task


@test
def both_sides_of_a_conflict_are_shown_and_what_lost_can_be_taken_instead(scene):
    task = conflict(scene)
    for device in scene.devices:
        assert device.json('show', task)['title'] == 'There'
        found = device.json('conflicts')
        assert len(found) == 1, found
        assert found[0]['field'] == 'title' and found[0]['record'] == task, found
        assert found[0]['lost']['value'] == 'Here' and found[0]['stands']['value'] == 'There', found
        assert device.json('status')['conflicts'] == 1
        said = device.run('conflicts').stdout
        assert 'Here' in said and 'There' in said, said
    number = str(scene.here.json('conflicts')[0]['id'])
    scene.here.run('conflicts', '--use', number)
    assert scene.here.json('show', task)['title'] == 'Here' and scene.here.json('conflicts') == []
    scene.sync()
    for device in scene.devices:
        assert device.json('show', task)['title'] == 'Here'
        assert device.json('conflicts') == [], 'settled here is settled there'
    fails(scene.here, 'conflicts', '--use', '9999', say='9999')


@test
def what_stands_is_what_was_written_last(scene):
    task = conflict(scene)
    scene.there.run('edit', task, 'title=Later')
    scene.sync()
    for device, author in ((scene.here, 'other-device'), (scene.there, 'this-device')):
        found = device.json('conflicts')
        assert len(found) == 1 and found[0]['lost']['value'] == 'Here', found
        assert found[0]['stands']['value'] == 'Later' and found[0]['stands']['by'] == author, found
        assert 'There' not in device.run('conflicts').stdout
    scene.here.run('conflicts', '--keep', str(scene.here.json('conflicts')[0]['id']))
    assert scene.here.json('show', task)['title'] == 'Later'


@test
def what_stands_can_be_kept_and_undone_it_is_a_conflict_again(scene):
    task = conflict(scene)
    number = str(scene.here.json('conflicts')[0]['id'])
    scene.here.run('conflicts', '--keep', number)
    assert scene.here.json('conflicts') == [] and scene.here.json('show', task)['title'] == 'There'
    scene.here.run('undo')
    assert len(scene.here.json('conflicts')) == 1
    scene.sync()
    assert scene.there.json('show', task)['title'] == 'There'


@test
def an_undo_of_what_others_changed_since_says_how_to_do_it_all_the_same(scene):
    task = scene.here.json('add', 'Task')['id']
    scene.here.run('edit', task, 'title=Here')
    scene.sync()
    scene.there.run('edit', task, 'title=There')
    scene.sync()
    done = scene.here.run('undo', check=False)
    assert done.returncode == 1 and 'baton undo --force' in done.stderr, done
    assert scene.here.json('show', task)['title'] == 'There'
    scene.here.run('undo', '--force')
    assert scene.here.json('show', task)['title'] == 'Task'


@test
def what_its_author_has_taken_back_is_no_conflict(scene):
    task = scene.here.json('add', 'Task')['id']
    scene.sync()
    for command in ('done', 'reopen', 'done'):
        scene.there.run(command, task)
    scene.here.run('done', task)
    scene.sync()
    for device in scene.devices:
        assert device.json('show', task)['status'] == 'done'
        assert device.json('conflicts') == [], device.json('conflicts')


@test
def notes_that_both_write_are_merged_and_a_line_that_both_change_is_a_conflict(scene):
    task = scene.here.json('add', 'Notes')['id']
    scene.here.run('edit', task, 'description=one\ntwo\nthree')
    scene.sync()
    scene.here.run('edit', task, 'description=1\ntwo\nthree')
    scene.there.run('edit', task, 'description=one\ntwo\n3')
    scene.sync()
    for device in scene.devices:
        assert device.json('show', task)['description'] == '1\ntwo\n3'
        assert device.json('conflicts') == []
    scene.here.run('edit', task, 'description=1\nhere\n3')
    scene.there.run('edit', task, 'description=1\nthere\n3')
    scene.sync()
    for device in scene.devices:
        assert device.json('show', task)['description'] == '1\nthere\n3'
        found = device.json('conflicts')
        assert len(found) == 1 and 'here' in found[0]['lost']['value'], found


test.run(Scene)
