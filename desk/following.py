"""A strip that follows work under way: sent each time it has changed, until the work has ended."""

import time
from collections.abc import Callable, Iterator

_LOOKS = 0.4  # seconds between two looks


def until_ended(strip: Callable[[], str], is_running: Callable[[], bool]) -> Iterator[str]:
    """The strip as it is now and each time it is another, the last one after the end."""
    before = ""
    while True:
        running = is_running()  # asked first: what ends meanwhile is looked at once more
        said = strip()
        if said != before:
            yield said
            before = said
        if not running:
            return
        time.sleep(_LOOKS)
