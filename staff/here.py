"""Which registered device this request comes from, for whoever writes down what was done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_DEVICE: ContextVar[int | None] = ContextVar("device", default=None)


def device_id() -> int | None:
    """The id of the registered device in use; None in an ordinary browser or a worker."""
    return _DEVICE.get()


@contextmanager
def on_device(device: int | None) -> Iterator[None]:
    """Say that everything inside happens on this device."""
    before = _DEVICE.set(device)
    try:
        yield
    finally:
        _DEVICE.reset(before)
