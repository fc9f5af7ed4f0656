"""Run a module as a program that cannot outlive the process that started it.

``python -m fakes.bind_to_parent PARENT_PID MODULE [ARGUMENT…]`` is the command line
that ``FakeProcess`` uses, so that no fake has to care about its parent.
"""

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def bind_to_parent(parent_pid: int) -> None:
    """Have this process killed when the process ``parent_pid`` ends.

    On Linux the kernel does it, even if the parent was killed with SIGKILL. Elsewhere
    nothing is arranged and the parent has to stop its child.

    :raises SystemExit: the parent is already gone.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have ended before the call above, which then comes too late.
    if os.getppid() != parent_pid:
        sys.exit(f"The parent process {parent_pid} is gone.")


if __name__ == "__main__":
    bind_to_parent(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
