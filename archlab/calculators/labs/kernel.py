"""The compiled kernel of this process: prepared in a thread, so that no visitor waits for it.

Compiling takes seconds, loading from the cache on disk a third of one. A process that never asked
for it, such as a command, compiles at its first simulation.
"""

from __future__ import annotations

import threading


class Preparing(Exception):
    """The kernel is being compiled; ask again in a moment."""


class Kernel:
    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.is_ready = False

    def prepare(self) -> None:
        """Begin to compile, or to load what was compiled; only the first call does."""
        if self.thread is None:
            self.thread = threading.Thread(target=self._warm, name="kernel", daemon=True)
            self.thread.start()

    def join(self) -> None:
        """Wait until it is prepared, if anybody asked for that."""
        if self.thread is not None:
            self.thread.join()

    @property
    def is_preparing(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    @property
    def state(self) -> str:
        """A word for the page that operators read."""
        if self.is_preparing:
            return "preparing"
        return "ready" if self.is_ready else "compiles when first asked"

    def must_be_ready(self) -> None:
        if self.is_preparing:
            raise Preparing

    def _warm(self) -> None:
        from archlab.domain.latency.warm import warm

        warm()
        self.is_ready = True


KERNEL = Kernel()
