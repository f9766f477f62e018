"""A line of the production code and what somebody might have written instead, for a while."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from staff import prepared


@dataclass(frozen=True, slots=True)
class Slip:
    """One place of the production code, and what somebody might have written there."""

    where: Callable[..., Any]
    instead_of: str
    written: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, in one sentence, and how."""

    name: str
    breaks: str
    slips: tuple[Slip, ...] = ()
    port: Callable[[], Any] | None = None


class StaleMutantError(Exception):
    """The code a mutant changes has moved: mend the mutant."""


def one(name: str, breaks: str, where: Callable[..., Any], old: str, new: str) -> Mutant:
    """One slip in one place."""
    return Mutant(name, breaks, (Slip(where, old, new),))


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """Break the design in this way for a while."""
    with ExitStack() as stack:
        for function, slips in _by_function(mutant).items():
            stack.enter_context(_rewritten(function, slips))
        if mutant.port is not None:
            stack.enter_context(mutant.port())
        # A question that was asked before would go on being asked in its old words.
        stack.callback(prepared.forget)
        prepared.forget()
        yield


def _by_function(mutant: Mutant) -> dict[FunctionType, list[Slip]]:
    found: dict[FunctionType, list[Slip]] = {}
    for slip in mutant.slips:
        function = inspect.unwrap(slip.where)
        assert isinstance(function, FunctionType)
        found.setdefault(function, []).append(slip)
    return found


@contextmanager
def _rewritten(function: FunctionType, slips: list[Slip]) -> Iterator[None]:
    """Give a function the code of its slips; whoever imported it by name gets them as well."""
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    for slip in slips:
        if source.count(slip.instead_of) != 1:
            raise StaleMutantError(f"{function.__qualname__} has no single {slip.instead_of!r}")
        source = source.replace(slip.instead_of, slip.written)
    made: dict[str, Any] = {}
    exec(compile(source, function.__code__.co_filename, "exec"), function.__globals__, made)  # noqa: S102 - the point of a mutant
    original = function.__code__
    function.__code__ = made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = original
