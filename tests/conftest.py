"""What several test files start: one Chromium a file, one archive to evaluate."""

import pytest
from hypothesis import settings

from tests.browser import launched

# The same inputs in each run, so that a run says something of the change it tests and of nothing
# else. New ones: pytest --hypothesis-profile=default, as `make fuzz` does.
settings.register_profile("same", derandomize=True)


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("eval") / "archive"


@pytest.fixture(scope="module")
def archive(place):
    """The one of tests/eval_desk.py, where a file has none of its own."""
    from tests.eval_desk import archive_at

    opened = archive_at(place)
    yield opened
    opened.close()


@pytest.fixture
def folder(archive, place):
    """Its folder as it was before anything was evaluated."""
    from tests.eval_desk import begin_anew

    begin_anew(place)
    return place
