"""``suyuan`` on the command line with an encoder that is slow, or kills its process, on order.

``python -m tests.ray_driver ingest …``; in the processes of Ray too. What is ordered lies as files
in the folder ``SUYUAN_TEST_ORDERS``: ``slow`` (each batch takes a second), ``die`` (a worker that
encodes dies, as of memory run out), ``batches`` (written: a line for each batch begun).
"""

import os
import signal
import sys
import time
from pathlib import Path
from unittest.mock import patch

from tests.fakes import FakeTokenEncoder


class OrderedEncoder(FakeTokenEncoder):
    """Encodes as its base does."""

    def encode_passage_tokens(self, texts):
        orders = Path(os.environ["SUYUAN_TEST_ORDERS"])
        with (orders / "batches").open("a") as begun:
            begun.write(f"{os.getpid()}\n")
        if (orders / "die").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        if (orders / "slow").exists():
            time.sleep(1)
        return super().encode_passage_tokens(texts)


def load_encoder(*args, **kwargs):
    """In the place of ``index.encoder.load_encoder``, found by this name in a worker."""
    return OrderedEncoder()


def main():
    """Run the command line; Ray's workers look their encoder up in this module."""
    from cli import app
    from tests import ray_driver

    with (
        patch("rag.assemble.open_encoder", lambda settings: FakeTokenEncoder()),
        patch("index.encoder.load_encoder", ray_driver.load_encoder),
        patch("index.models.resolve_encoder", lambda *args, **kwargs: "fake"),
    ):
        app(sys.argv[1:])


if __name__ == "__main__":
    main()
