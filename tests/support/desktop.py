# desktop.py: the window of a device, its notifications, and what a screen reader is told of it
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything happens on the session bus of one device.

A window is found by role and name, as assistive technology finds it, and waited for with a bound; nothing sleeps.
"""

import os
import subprocess
import time

# Warnings are fatal for the app alone: what assistive technology warns of is its own affair.
DEBUG = os.environ.pop('G_DEBUG', '')

from gi.repository import Gio, GLib  # noqa: E402

import processes  # noqa: E402

APP_ID = 'io.github.batontasks.Baton'
APP_PATH = '/io/github/batontasks/Baton'
PATIENCE = int(os.environ.get("BATON_PATIENCE", 60))
STEP = 0.01

NOTIFICATIONS = """<node><interface name='org.freedesktop.Notifications'>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
</interface></node>"""


def wait_for(get, what, seconds=PATIENCE):
    """What @get gives as soon as that is true; serves this process's own D-Bus objects meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        while GLib.MainContext.default().iteration(False):
            pass
        got = get()
        if got:
            return got
        time.sleep(STEP)
    raise AssertionError(f'within {seconds} s there was no {what}')


def connect(device):
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(device.env['DBUS_SESSION_BUS_ADDRESS'], flags, None, None)


class Display:
    """An X server of a test's own, where no other window takes the focus."""

    def __init__(self, device):
        self.server, self.name = processes.start_display()
        self.env = dict(device.env, DISPLAY=self.name)
        self.env.pop('XAUTHORITY', None)
        device.env.update(DISPLAY=self.name)
        device.env.pop('XAUTHORITY', None)

    def press(self, window, *keys):
        """Presses keys in a window, which has the focus of this display."""
        found = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--pid', str(window.process.pid)],
                               env=self.env, capture_output=True, text=True, timeout=PATIENCE).stdout.split()
        subprocess.run(['xdotool', 'windowfocus', '--sync', found[0], 'key', *keys], env=self.env, check=True,
                       timeout=PATIENCE)

    def close(self):
        self.server.terminate()
        self.server.wait(timeout=PATIENCE)
        self.server.stdout.close()


class Window:
    """The app on a device, as its own process."""

    def __init__(self, device, **env):
        self.device = device
        self.log_name = os.path.join(device.folder, 'window.log')
        self.log = open(self.log_name, 'ab')
        self.process = subprocess.Popen(device.command(), env=dict(device.env, G_DEBUG=DEBUG, **env),
                                        stdout=self.log, stderr=subprocess.STDOUT)

    def activate(self, bus, action, *arguments):
        """Activates an action of the app, or of its window, as the Shell does."""
        scope, name = action.split('.')
        path = APP_PATH if scope == 'app' else f'{APP_PATH}/window/1'
        bus.call_sync(APP_ID, path, 'org.gtk.Actions', 'Activate',
                      GLib.Variant('(sava{sv})', (name, list(arguments), {})), None, 0, -1, None)

    def close(self):
        """Ends it as a session does; gives the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.reap()

    def kill(self):
        self.process.kill()
        return self.reap()

    def reap(self):
        try:
            return processes.end(self.process, 'the window', PATIENCE, self.log_name)
        finally:
            self.log.close()

    def assert_runs(self):
        assert self.process.poll() is None, f'the app ended with {self.process.poll()}'

    def read_log(self):
        with open(self.log_name, errors='replace') as log:
            return log.read()


class Notifications:
    """Stands for the desktop's notifications on a device's bus."""

    def __init__(self, bus):
        self.bus = bus
        self.shown = []
        self.open = {}
        node = Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS)
        bus.register_object('/org/freedesktop/Notifications', node.interfaces[0], self.called, None, None)
        bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
                      GLib.Variant('(su)', ('org.freedesktop.Notifications', 0)), None, 0, -1, None)

    def called(self, bus, sender, path, interface, method, arguments, invocation):
        if method == 'Notify':
            _, replaces, _, summary, body, actions, _, _ = arguments.unpack()
            number = replaces or len(self.shown) + 1
            note = {'id': number, 'title': summary, 'body': body,
                    'actions': dict(zip(actions[1::2], actions[0::2]))}
            self.shown.append(note)
            self.open[number] = note
            invocation.return_value(GLib.Variant('(u)', (number,)))
        elif method == 'CloseNotification':
            self.end(arguments.unpack()[0], 3)
            invocation.return_value(None)
        elif method == 'GetCapabilities':
            invocation.return_value(GLib.Variant('(as)', (['actions', 'body'],)))
        else:
            invocation.return_value(GLib.Variant('(ssss)', ('test', 'test', '1', '1.2')))

    def end(self, number, reason):
        self.open.pop(number, None)
        self.emit('NotificationClosed', GLib.Variant('(uu)', (number, reason)))

    def emit(self, signal, arguments):
        self.bus.emit_signal(None, '/org/freedesktop/Notifications', 'org.freedesktop.Notifications', signal, arguments)
        self.bus.flush_sync()

    def press(self, note, button):
        """Presses the button that is labelled @button; a notification that is not resident goes with that."""
        self.emit('ActionInvoked', GLib.Variant('(us)', (note['id'], note['actions'][button])))
        self.end(note['id'], 2)

    def titled(self, title):
        return [note for note in self.shown if note['title'] == title]


def follow_accessibility(device):
    """Makes this process the screen reader of a device; once, before Atspi is imported."""
    bus = connect(device)
    address = bus.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None, 0, -1, None)
    bus.close_sync(None)
    os.environ['AT_SPI_BUS_ADDRESS'] = device.env['AT_SPI_BUS_ADDRESS'] = address.unpack()[0]
    os.environ['DBUS_SESSION_BUS_ADDRESS'] = device.env['DBUS_SESSION_BUS_ADDRESS']


class Screen:
    """What a screen reader finds in the window."""

    def __init__(self):
        import gi
        gi.require_version('Atspi', '2.0')
        from gi.repository import Atspi
        self.atspi = Atspi
        Atspi.init()
        Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)

    def walk(self, node):
        """Everything that is showing, from @node down."""
        try:
            states = node.get_state_set()
            if not states.contains(self.atspi.StateType.SHOWING):
                return
            yield node
            for number in range(node.get_child_count()):
                child = node.get_child_at_index(number)
                if child is not None:
                    yield from self.walk(child)
        except GLib.Error:  # it went while it was looked at
            return

    def window(self):
        """The app's frame, or nothing. One that has ended may be listed for a while yet; the newest comes last."""
        root = self.atspi.get_desktop(0)
        root.clear_cache()
        for number in reversed(range(root.get_child_count())):
            app = root.get_child_at_index(number)
            try:
                if app is None or app.get_child_count() == 0 or 'baton' not in (app.get_name() or '').lower():
                    continue
                window = app.get_child_at_index(app.get_child_count() - 1)
                if window is not None and window.get_state_set().contains(self.atspi.StateType.SHOWING):
                    return window
            except GLib.Error:
                continue
        return None

    def all(self):
        window = self.window()
        return list(self.walk(window)) if window is not None else []

    def look(self, role, name):
        """The widget of that role and name, if it is showing now; @name may be its beginning with “…” after it."""
        for node in self.all():
            try:
                if node.get_role_name() == role and matches(node.get_name() or '', name):
                    return node
            except GLib.Error:
                continue
        return None

    def find(self, role, name):
        return wait_for(lambda: self.look(role, name), f'{role} “{name}” in the window')

    def gone(self, role, name):
        wait_for(lambda: self.look(role, name) is None, f'end of the {role} “{name}”')

    def select(self, name):
        """Selects a row of the list of tasks."""
        row = self.find('list item', name)
        row.get_parent().get_selection_iface().select_child(row.get_index_in_parent())

    def has_focus(self, role, name):
        node = self.look(role, name)
        return node is not None and node.get_state_set().contains(self.atspi.StateType.FOCUSED)

    def act(self, role, name, number=0):
        self.find(role, name).get_action_iface().do_action(number)

    def type(self, role, name, text):
        """Puts @text into a field, as an assistive technology does."""
        self.find(role, name).get_editable_text_iface().set_text_contents(text)

    def read(self, role, name):
        text = self.find(role, name)
        return self.atspi.Text.get_text(text, 0, self.atspi.Text.get_character_count(text))


def matches(found, name):
    return found.startswith(name[:-1]) if name.endswith('…') else found == name
