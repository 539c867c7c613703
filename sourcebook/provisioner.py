"""Jupyter's way to the warm kernels: the entry point ``sourcebook-warm``."""

from __future__ import annotations

import os
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from .kernels import LAUNCHER, NURSERY, Forked


class WarmProvisioner(LocalProvisioner):
    """Starts kernels by asking the nursery."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a Python kernel; any other starts as usual."""
        if LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        env = kwargs.get("env") or dict(os.environ)
        self.pid = NURSERY.fork(arguments, kwargs.get("cwd"), env)
        self.pgid = self.pid
        self.process = Forked(self.pid)  # type: ignore[assignment]
        return self.connection_info
