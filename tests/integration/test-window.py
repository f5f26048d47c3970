# test-window.py: the window as a screen reader and a keyboard meet it
# SPDX-License-Identifier: GPL-3.0-or-later
"""The app as a process on a display and a session bus of its own; a real server where one signs in. What was done in the
window is looked for in the database, by the command line."""

import os
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import desktop  # noqa: E402
import processes  # noqa: E402
from desktop import GLib, wait_for  # noqa: E402

# What can be pressed, typed in or chosen
INTERACTIVE = {'button', 'toggle button', 'text', 'entry', 'password text', 'check box', 'radio button', 'list item',
               'combo box', 'spin button', 'menu item', 'switch', 'link'}


class Scene:
    """One device, its window, and what can be seen of it."""

    def __init__(self, folder):
        self.folder = folder
        self.device = processes.Device(folder, 'device')
        self.display = desktop.Display(self.device)
        desktop.follow_accessibility(self.device)
        self.screen = desktop.Screen()
        self.bus = desktop.connect(self.device)
        self.window = None
        self.start()

    def start(self):
        self.window = desktop.Window(self.device)
        wait_for(lambda: self.screen.look('text', 'New Task') or self.window.assert_runs(), 'window')

    def stop(self):
        status = self.window.close()
        assert status == 0, f'the app ended with {status}: {self.window.read_log()}'

    def close(self):
        if self.window.process.poll() is None:
            self.window.kill()
        self.bus.close_sync(None)
        self.display.close()
        self.device.close()

    def action(self, name, target=None):
        arguments = [GLib.Variant('s', target)] if target is not None else []
        self.window.activate(self.bus, name, *arguments)

    def add(self, line, title):
        """Types @line for a new task; gives the id of the task, which has the @title."""
        self.screen.type('text', 'New Task', line)
        self.display.press(self.window, 'ctrl+n', 'Return')
        return wait_for(lambda: self.id_of(title), f'task “{title}” in the database')

    def id_of(self, title):
        found = [task['id'] for task in self.device.json('list') if task['title'] == title]
        return found[0] if found else None

    def focus_row(self, name):
        """The keyboard goes to the selected row when search ends."""
        self.screen.select(name)
        self.display.press(self.window, 'ctrl+f')
        wait_for(lambda: self.screen.has_focus('entry', 'Search'), 'keyboard in the search')
        self.display.press(self.window, 'Escape')
        wait_for(lambda: self.screen.has_focus('list item', name), f'keyboard on the row “{name}”')

    def field(self, task, name):
        return self.device.json('show', task)[name]

    def open(self, task, title):
        self.action('win.show-task', task)
        wait_for(lambda: self.screen.look('text', 'Title') and self.screen.read('text', 'Title') == title,
                 f'details of “{title}”')


def is_in_combo(node):
    """A combo shows its choice as a list of one, which is the toolkit's own."""
    while node is not None and node.get_role_name() != 'frame':
        if node.get_role_name() == 'combo box':
            return True
        node = node.get_parent()
    return False


def unnamed(scene):
    found = []
    for node in scene.screen.all():
        try:
            role = node.get_role_name()
            if role in INTERACTIVE and not (node.get_name() or '').strip() and not is_in_combo(node):
                found.append(f'{role} in {node.get_parent().get_name() or node.get_parent().get_role_name()}')
        except GLib.Error:
            continue
    return found


def test_names(scene):
    """everything that can be pressed, typed in or chosen has a name, in the window and its dialogs"""
    task = scene.add('Name me tomorrow 9am #work !high', 'Name me')
    scene.screen.find('list item', 'Name me…')
    assert not unnamed(scene), ('window', unnamed(scene))
    scene.open(task, 'Name me')
    assert not unnamed(scene), ('details', unnamed(scene))
    scene.action('win.close-details')
    for action, button in [('win.sign-in', 'Sign In'), ('win.new-project', 'Create')]:
        scene.action(action)
        scene.screen.find('button', button)
        assert not unnamed(scene), (action, unnamed(scene))
        scene.screen.act('button', 'Cancel')
        scene.screen.gone('button', button)


def test_add(scene):
    """a line that is typed becomes a row that says all of it"""
    task = scene.add('Water the plants tomorrow 9am #garden !urgent', 'Water the plants')
    scene.screen.find('list item', 'Water the plants, due: Tomorrow 09:00, urgent, garden')
    assert scene.screen.read('text', 'New Task') == ''
    assert scene.field(task, 'tags') == ['garden']


def test_complete_and_undo(scene):
    """Space completes the row that has the keyboard, and Ctrl+Z brings it back"""
    task = scene.add('Tick me off', 'Tick me off')
    scene.focus_row('Tick me off')
    scene.display.press(scene.window, 'space')
    wait_for(lambda: scene.field(task, 'status') == 'done', 'completed task')
    scene.screen.gone('list item', 'Tick me off')
    scene.display.press(scene.window, 'ctrl+z')
    wait_for(lambda: scene.field(task, 'status') == 'todo', 'reopened task')
    scene.screen.find('list item', 'Tick me off')


def test_tab(scene):
    """Tab leads from the line for new tasks to the rows, out of them, and around to the line again"""
    scene.display.press(scene.window, 'ctrl+n')
    wait_for(lambda: scene.screen.has_focus('text', 'New Task'), 'keyboard in the line')
    scene.display.press(scene.window, 'Tab')
    wait_for(lambda: scene.screen.has_focus('list item', 'Name me…'), 'keyboard on the first row')
    scene.display.press(scene.window, 'Tab')
    wait_for(lambda: scene.screen.has_focus('toggle button', 'Main Menu'), 'keyboard on the menu button')
    scene.display.press(scene.window, 'shift+Tab')
    wait_for(lambda: scene.screen.has_focus('list item', 'Name me…'), 'keyboard on the row again')


def test_edit(scene):
    """title and notes that were typed are kept, though the window is closed at once"""
    task = scene.add('Old title', 'Old title')
    scene.open(task, 'Old title')
    scene.screen.type('text', 'Title', 'New title')
    scene.screen.type('text', 'Notes', 'First line\nSecond line')
    scene.stop()
    assert scene.field(task, 'title') == 'New title'
    assert scene.field(task, 'description') == 'First line\nSecond line'
    scene.start()
    scene.screen.find('list item', 'New title')


def test_killed(scene):
    """notes that were typed are in the database soon, and stay there when the app is killed"""
    task = scene.add('Killed in between', 'Killed in between')
    scene.open(task, 'Killed in between')
    scene.screen.type('text', 'Notes', 'Typed before the end')
    wait_for(lambda: scene.field(task, 'description') == 'Typed before the end', 'notes in the database')
    scene.window.kill()
    assert processes.integrity(scene.device.database) == 'ok'
    assert scene.field(task, 'description') == 'Typed before the end'
    scene.start()
    scene.open(task, 'Killed in between')
    wait_for(lambda: scene.screen.read('text', 'Notes') == 'Typed before the end', 'notes in the details')
    scene.action('win.close-details')
    scene.screen.gone('text', 'Notes')


def test_search(scene):
    """search finds words of titles, says when there is nothing, and Escape ends it"""
    scene.add('Buy quinces', 'Buy quinces')
    scene.add('Sell apples', 'Sell apples')
    scene.display.press(scene.window, 'ctrl+f')
    wait_for(lambda: scene.screen.has_focus('entry', 'Search'), 'search')
    scene.screen.type('entry', 'Search', 'quinces')
    scene.screen.gone('list item', 'Sell apples')
    scene.screen.find('list item', 'Buy quinces')
    scene.screen.type('entry', 'Search', 'qqqqqq')
    scene.screen.find('label', 'No Results Found')
    scene.display.press(scene.window, 'Escape')
    scene.screen.find('list item', 'Sell apples')


def test_delete_and_restore(scene):
    """a task that is deleted goes to the trash, and Restore brings it back"""
    task = scene.add('Throw away', 'Throw away')
    scene.focus_row('Throw away')
    scene.display.press(scene.window, 'Delete')
    wait_for(lambda: scene.field(task, 'deleted'), 'deleted task')
    scene.screen.gone('list item', 'Throw away')
    scene.action('win.view', 'trash')
    scene.screen.find('list item', 'Throw away')
    scene.open(task, 'Throw away')
    scene.screen.act('button', 'Restore')
    wait_for(lambda: not scene.field(task, 'deleted'), 'restored task')
    scene.action('win.close-details')
    scene.action('win.view', 'inbox')
    scene.screen.find('list item', 'Throw away')


def fill_in(scene, server, password):
    scene.action('win.sign-in')
    scene.screen.type('text', 'Server', server.url)
    scene.screen.type('text', 'E-Mail', 'ada@example.org')
    scene.screen.find('text', 'Password').get_editable_text_iface().set_text_contents(password)
    scene.screen.act('button', 'Sign In')


def test_sign_in(scene):
    """one signs in by the dialog: a wrong password is told and can be mended, and what was on the device is sent"""
    server = processes.Server(os.path.join(scene.folder, 'server')).start()
    other = processes.Device(scene.folder, 'other')
    try:
        other.sign_in(server, register=True)
        task = scene.add('Tell the others', 'Tell the others')
        fill_in(scene, server, 'not the password')
        scene.screen.find('label', 'The e-mail address or the password is wrong…')
        scene.screen.type('text', 'Password', processes.PASSWORD)
        scene.screen.act('button', 'Sign In')
        scene.screen.gone('text', 'Password')
        wait_for(lambda: scene.device.json('status')['waiting'] == 0, 'end of sending')
        other.sync()
        assert other.json('show', task)['title'] == 'Tell the others'
    finally:
        server.stop()
        other.close()


TESTS = [test_names, test_add, test_tab, test_complete_and_undo, test_edit, test_killed, test_search, test_delete_and_restore,
         test_sign_in]


def tell(scene):
    print('# ' + traceback.format_exc().replace('\n', '\n# '))
    for node in scene.screen.all():
        if (node.get_name() or '').strip():
            focused = node.get_state_set().contains(scene.screen.atspi.StateType.FOCUSED)
            print(f'# shown: {node.get_role_name()} “{node.get_name()}”{" with the keyboard" if focused else ""}')
    print('# ' + scene.window.read_log().replace('\n', '\n# '))


def run(scene, test):
    try:
        if scene.window.process.poll() is not None:
            scene.start()
        test(scene)
        scene.window.assert_runs()
    except (AssertionError, RuntimeError, OSError, GLib.Error):
        tell(scene)
        return False
    return True


def main():
    failed = 0
    print(f'1..{len(TESTS)}', flush=True)
    with tempfile.TemporaryDirectory(prefix='baton-window-') as folder:
        scene = Scene(folder)
        for number, test in enumerate(TESTS, 1):
            good = run(scene, test)
            failed += not good
            print(f'{"ok" if good else "not ok"} {number} - {test.__doc__}', flush=True)
        scene.close()
    sys.exit(failed != 0)


main()
