"""Run a command and note what it took: a process as small as can be, so that its own size hides nothing.

Called as `python -I -S launch.py NOTE COMMAND…`; NOTE gets the seconds of CPU time, the highest
resident size in bytes and the exit code, a negative signal for one that was killed.
"""

import os
import sys


def main(note: str, command: list[str]) -> None:
    """Write the note; what the command prints goes where our own output goes."""
    child = os.fork()
    if not child:
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    with open(note, "w", encoding="ascii") as stream:  # noqa: PTH123 - without the import
        stream.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss * 1024} {code}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
