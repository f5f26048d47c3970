# tap.py: a program of tests, and what became of each
# SPDX-License-Identifier: GPL-3.0-or-later

import sys
import tempfile
import traceback


class Program:
    """Its tests are what it decorates. Each has a scene of its own, which make_scene() makes in an empty folder."""

    def __init__(self, prefix):
        self.prefix = prefix
        self.tests = []

    def __call__(self, function):
        self.tests.append(function)
        return function

    def run(self, make_scene):
        """All, or those that the command line names."""
        wanted = sys.argv[1:]
        tests = [function for function in self.tests if not wanted or function.__name__ in wanted]
        print(f'1..{len(tests)}')
        passed = [self.run_one(number, function, make_scene) for number, function in enumerate(tests, 1)]
        sys.exit(not all(passed))

    def run_one(self, number, function, make_scene):
        with tempfile.TemporaryDirectory(prefix=self.prefix) as folder:
            scene = make_scene(folder)
            try:
                function(scene)
            except Exception as error:
                print('# ' + traceback.format_exc().replace('\n', '\n# '))
                print(f'not ok {number} - {function.__name__}: {error}', flush=True)
                return False
            finally:
                scene.close()
        print(f'ok {number} - {function.__name__}', flush=True)
        return True
