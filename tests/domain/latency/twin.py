"""The kernel without its compiler, in the same process."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from archlab.domain.latency import kernel
from archlab.domain.latency.tables import Plan, State, fresh


def uncompiled(**changed: object) -> dict[str, Any]:
    """The functions of the kernel as plain Python; `changed` replaces constants for a control."""
    names = {**vars(kernel), **changed}
    for name, value in vars(kernel).items():
        plain = getattr(value, "py_func", value)  # itself under NUMBA_DISABLE_JIT
        if isinstance(plain, FunctionType) and plain.__module__ == kernel.__name__:
            names[name] = FunctionType(plain.__code__, names, name)
    return names


def ran(plan: Plan, **changed: object) -> State:
    """The state after an uncompiled run. A run may write to the plan, so it gets its own copy."""
    plan = plan._replace(service=plan.service.copy())
    state = fresh(plan)
    uncompiled(**changed)["run"](plan, state)
    return state


def compiled(plan: Plan) -> State:
    plan = plan._replace(service=plan.service.copy())
    state = fresh(plan)
    kernel.run(plan, state)
    return state
