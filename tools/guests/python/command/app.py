"""A command of WASI: keeps the lines of a file, or of standard input, that speak of errors or
warnings, for componentize-py. What it takes and says is told in tools/guests/README.md."""
import os
import sys
import time

from wit_world import exports
from wit_world.imports import environment

NONE_KEPT, NO_FILE, NO_CLOCK = 3, 4, 5


def clocks_run() -> bool:
    before = time.monotonic()
    time.sleep(0.01)
    return time.monotonic() - before >= 0.01 and time.time() > 1577836800


class Run(exports.Run):
    def run(self) -> None:
        arguments = environment.get_arguments()[1:]
        prefix = os.environ.get("PREFIX", "")
        if not clocks_run():
            sys.exit(NO_CLOCK)
        try:
            source = open(arguments[0]) if arguments else sys.stdin
        except OSError:
            print("cannot read", arguments[0], file=sys.stderr)
            sys.exit(NO_FILE)
        kept = 0
        for line in source:
            if "ERROR" in line or "WARN" in line:
                print(prefix + line, end="")
                kept += 1
        if len(arguments) > 1:
            with open(arguments[1], "w") as out:
                print(kept, "kept", file=out)
        sys.stdout.flush()
        if kept == 0:
            sys.exit(NONE_KEPT)
