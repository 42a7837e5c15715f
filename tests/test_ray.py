"""Ingest on Ray: the archive of the plain ingest to the byte, and every failure one line."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from index.errors import BadInput, ModelUnavailable
from index.ingest import IngestOptions, ingest_articles
from index.ray_address import LOCAL, RayFailed
from index.ray_batches import RayPreparer, check_ray
from tests.archive_contents import contents
from tests.fakes import FakeTokenEncoder, made_up_articles

ROOT = Path(__file__).parents[1]
needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed: make .venv/.ray"
)
# Ray's own: of its old settings, which it reads itself, and of files it leaves to its processes.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::FutureWarning"
)
_ENCODER = FakeTokenEncoder()


def _on_ray(address, open_encoder=FakeTokenEncoder):
    return IngestOptions(
        open_preparer=lambda encoder, projection: RayPreparer(
            open_encoder, encoder.name, projection, address=address
        )
    )


def _news():
    """Many batches; ids that come twice, at once and much later; one changed, one as it was."""
    articles = list(made_up_articles(400, sentences=12))
    again = replace(articles[30], body="更正：三十号的新说法，贷款余额为20.5亿元。")
    return [*articles[:31], again, *articles[31:], replace(articles[2], body="后来的说法。")]


@needs_ray
def test_an_archive_made_on_two_workers_is_that_of_the_plain_ingest(tmp_path):
    reports = []
    for folder, how in (("plain", IngestOptions()), ("ray", _on_ray(LOCAL))):
        # what both hold before: 40 of an earlier edition, and 20 as they are
        before = [*made_up_articles(40, sentences=12, edition=3), *_news()[50:70]]
        ingest_articles(tmp_path / folder, before, _ENCODER)
        reports.append(ingest_articles(tmp_path / folder, _news(), _ENCODER, how=how))
    plain, ray = reports
    assert replace(ray, seconds=plain.seconds) == plain
    # 40 changed, number 30 and number 2 once more each; 20 as they were; 400 - 60 new
    assert (ray.new, ray.changed, ray.unchanged) == (340, 42, 20)
    assert contents(tmp_path / "ray", _ENCODER) == contents(tmp_path / "plain", _ENCODER)


def _missing_model():
    raise ModelUnavailable("The encoder is not in /models. Fetch it: suyuan models fetch")


def _broken_model():
    raise ZeroDivisionError("a fault\nof ours")


@needs_ray
@pytest.mark.parametrize(
    ("open_encoder", "said"),
    [
        (_missing_model, "The encoder is not in /models. Fetch it: suyuan models fetch"),
        (partial(FakeTokenEncoder, "other"), "its encoder is other, the archive's fake-tokens-64."),
        (_broken_model, "ZeroDivisionError: a fault. What was committed stays"),
    ],
)
def test_what_fails_in_a_worker_is_one_line_that_names_the_machine(tmp_path, open_encoder, said):
    with pytest.raises(RayFailed) as raised:
        ingest_articles(tmp_path, made_up_articles(3), _ENCODER, how=_on_ray(LOCAL, open_encoder))
    assert str(raised.value).startswith(f"Ray worker on {socket.gethostname()}: {said}")
    assert "\n" not in str(raised.value)


_ENDLESS = """
import sys
from pathlib import Path
from tests.fakes import FakeTokenEncoder, made_up_articles
from tests.test_ray import _on_ray
from index.ingest import ingest_articles

def slowly():
    for n, article in enumerate(made_up_articles(1200, sentences=12)):
        yield article
        if n == 1000:
            print("ready", flush=True)
            sys.stdin.read()

ingest_articles(Path(sys.argv[1]), slowly(), FakeTokenEncoder(), how=_on_ray("local"))
"""


class _Counting(FakeTokenEncoder):
    texts = 0

    def encode_passage_tokens(self, texts):
        self.texts += len(texts)
        return super().encode_passage_tokens(texts)


@needs_ray
def test_a_killed_run_is_taken_up_again(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(tmp_path / "killed")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    articles = list(made_up_articles(1200, sentences=12))
    rest, whole = _Counting(), _Counting()
    again = ingest_articles(tmp_path / "killed", articles, rest)
    ingest_articles(tmp_path / "whole", articles, whole)
    assert 0 < again.unchanged < 1001  # what was committed, and what was under way
    assert again.new == 1200 - again.unchanged
    assert rest.texts < whole.texts  # what is there is not encoded again
    assert contents(tmp_path / "killed", _ENCODER) == contents(tmp_path / "whole", _ENCODER)


@pytest.mark.parametrize(
    "address", ["samples", "host", "host:", "host:0", "host:65536", "http://host:80", "a b:6379"]
)
def test_an_address_that_is_none_is_refused(address, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(BadInput, match=rf"^--ray={address} is not known. Give --ray "):
        check_ray(address)


def test_the_address_of_a_ray_client_is_refused_with_what_works(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(BadInput, match=r"Run this on a machine of the cluster .* --ray=HEAD:6379"):
        check_ray("ray://head:10001")


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        BadInput, match=r"^--ray needs Ray, which is not installed. Install it: pip"
    ):
        check_ray(LOCAL)
