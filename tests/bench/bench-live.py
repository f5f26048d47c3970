# bench-live.py: how long a change on one device takes to the window of the other, over a server on loopback
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '..', 'support'))
import processes  # noqa: E402
import windows  # noqa: E402

CHANGES = 30
build = sys.argv[1]


def main():
    with tempfile.TemporaryDirectory(prefix='baton-bench-', dir=build) as folder:
        server = processes.Server(os.path.join(folder, 'server')).start()
        devices = [processes.Device(folder, name) for name in ('a', 'b')]
        shown = []
        try:
            devices[0].sign_in(server, register=True)
            devices[1].sign_in(server)
            devices[0].run('add', 'The first task')
            for device in devices:
                device.sync()
            shown = [windows.Window(device) for device in devices]
            if not all(window.drawn.wait(60) for window in shown):
                sys.exit('a window did not draw its list')
            between, whole = windows.measure_live(devices, shown, CHANGES)
            windows.say_times('from the row in one window to the row in the other', between)
            windows.say_times('from the start of a command to the row in the other', whole)
        finally:
            for window in shown:
                window.close()
            server.stop()
            for device in devices:
                device.close()


main()
