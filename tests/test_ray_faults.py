"""Ray clusters on loopback: an address that fails, and workers, nodes and drivers that die."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from index.ingest import IngestOptions, ingest_paths
from index.read_options import ReadOptions
from tests.api_setup import wait_for
from tests.archive_contents import contents
from tests.fakes import FakeTokenEncoder, made_up_articles
from tests.ray_clusters import ROOT, Family, cluster_of, free_port

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed: make .venv/.ray"
)
_COUNT = 300


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "news.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for each in made_up_articles(_COUNT, sentences=12):
            day = each.published.isoformat() if each.published else ""
            row = {"id": each.id, "title": each.title, "body": each.body, "source": each.source}
            file.write(json.dumps(row | {"date": day}, ensure_ascii=False) + "\n")
    return path


@pytest.fixture(scope="module")
def plain(export, tmp_path_factory):
    """What the archive of the plain ingest holds."""
    folder = tmp_path_factory.mktemp("plain")
    ingest_paths(folder, [export], ReadOptions(), FakeTokenEncoder, how=IngestOptions())
    return contents(folder, FakeTokenEncoder())


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    return tmp_path_factory.mktemp("orders")


@pytest.fixture(scope="module")
def cluster(orders):
    with cluster_of(orders, cpus=2) as made:
        yield made


@pytest.fixture
def family(orders):
    """Of a driver, which is not of the cluster's."""
    for order in orders.iterdir():
        order.unlink()
    made = Family(orders)
    yield made
    made.kill()


def _with_token(family, cluster):
    family.env |= {name: cluster.env[name] for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH")}
    return family


def _begin(family, orders, address, export, folder):
    """An ingest that is in the midst of it; its end waits for the order ``slow`` to be gone."""
    (orders / "slow").touch()
    command = ["-m", "tests.ray_driver", "ingest", f"--ray={address}", str(export)]
    process = subprocess.Popen(
        [sys.executable, *command, "--archive", str(folder)],
        env=family.env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a group of its own, as a terminal gives it
    )
    begun = orders / "batches"
    wait_for(lambda: begun.exists() and len(begun.read_text().splitlines()) > 2, seconds=60)
    return process


def _end(process):
    out, err = process.communicate(timeout=100)
    return process.returncode, out, err.splitlines()[-1:]


def _taken_up(folder, export):
    """The report of a plain ingest that comes after."""
    return ingest_paths(folder, [export], ReadOptions(), FakeTokenEncoder, how=IngestOptions())


@needs_ray
@pytest.mark.parametrize("where", ["local", "cluster"])
def test_ctrl_c_is_one_line_leaves_nobody_and_the_rest_is_taken_up(
    where, cluster, family, orders, export, plain, tmp_path
):
    standing = cluster.alive()
    if where == "cluster":
        _with_token(family, cluster)
    address = cluster.address if where == "cluster" else "local"
    process = _begin(family, orders, address, export, tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    assert _end(process) == (130, "", ["stopped 已停止"])
    wait_for(lambda: not family.alive() and not cluster.workers(), seconds=30)
    assert {pid for pid, line in standing.items() if "raylet/raylet" in line} <= set(
        cluster.alive()
    )
    report = _taken_up(tmp_path, export)
    assert report.new + report.unchanged == _COUNT
    assert report.new > 0
    assert contents(tmp_path, FakeTokenEncoder()) == plain


@needs_ray
@pytest.mark.parametrize("where", ["local", "cluster"])
def test_a_driver_that_is_killed_leaves_nobody(
    where, cluster, family, orders, export, plain, tmp_path
):
    if where == "cluster":
        _with_token(family, cluster)
    address = cluster.address if where == "cluster" else "local"
    process = _begin(family, orders, address, export, tmp_path)
    process.kill()
    process.communicate(timeout=60)
    wait_for(lambda: not family.alive() and not cluster.workers(), seconds=60)
    report = _taken_up(tmp_path, export)
    assert report.new + report.unchanged == _COUNT
    assert contents(tmp_path, FakeTokenEncoder()) == plain


@needs_ray
def test_a_worker_that_is_killed_changes_nothing(cluster, family, orders, export, plain, tmp_path):
    process = _begin(_with_token(family, cluster), orders, cluster.address, export, tmp_path)
    os.kill(cluster.workers()[0], signal.SIGKILL)
    (orders / "slow").unlink()
    code, out, err = _end(process)
    assert (code, err) == (0, [])
    assert out.startswith(f"入库 Ingested: read {_COUNT}, new {_COUNT},")  # nothing of Ray's own
    assert contents(tmp_path, FakeTokenEncoder()) == plain


@needs_ray
def test_workers_that_die_again_and_again_are_one_line(cluster, family, orders, export, tmp_path):
    process = _begin(_with_token(family, cluster), orders, cluster.address, export, tmp_path)
    (orders / "die").touch()
    code, out, err = _end(process)
    assert (code, out) == (1, "")
    assert err[0].startswith("Ray failed 4 times in a row (ActorDiedError: ")
    assert err[0].endswith("run the same command again, or without --ray.")


@needs_ray
def test_a_node_that_is_lost_changes_nothing(cluster, family, orders, export, plain, tmp_path):
    node = cluster.add_node(cpus=1)
    process = _begin(_with_token(family, cluster), orders, cluster.address, export, tmp_path)
    raylets = {pid for pid in node if "raylet/raylet" in cluster.alive().get(pid, "")}
    assert raylets
    for pid in node:
        if pid in cluster.alive():
            os.kill(pid, signal.SIGKILL)
    (orders / "slow").unlink()
    code, out, err = _end(process)
    assert (code, err) == (0, [])
    assert out.startswith(f"入库 Ingested: read {_COUNT}, new {_COUNT},")
    assert contents(tmp_path, FakeTokenEncoder()) == plain


@needs_ray
def test_a_head_that_dies_is_one_line_and_the_rest_is_taken_up(
    orders, family, export, plain, tmp_path
):
    with cluster_of(orders, cpus=2) as dying:
        process = _begin(_with_token(family, dying), orders, dying.address, export, tmp_path)
        for pid, line in dying.alive().items():
            if "gcs_server" in line:
                os.kill(pid, signal.SIGKILL)
        code, out, err = _end(process)
    (orders / "slow").unlink()
    assert (code, out) == (1, "")
    port = dying.address.split(":")[1]  # the host is the one by which its node is known
    assert err[0].startswith("The head of the Ray cluster at ")
    assert f":{port} no longer answers. What was committed stays: " in err[0]
    wait_for(lambda: not family.alive(), seconds=30)
    _taken_up(tmp_path, export)
    assert contents(tmp_path, FakeTokenEncoder()) == plain


def _refused(family, address, export, folder):
    done = family.run(
        *("-m", "tests.ray_driver", "ingest", f"--ray={address}", str(export)),
        *("--archive", str(folder)),
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert not folder.exists()  # nothing was written
    (line,) = done.stderr.splitlines()
    return line


@needs_ray
def test_an_address_where_nothing_answers_is_one_line(family, export, tmp_path):
    address = f"127.0.0.1:{free_port()}"
    line = _refused(family, address, export, tmp_path / "archive")
    assert line.startswith(f"Nothing answers at {address} ([Errno 111] Connection refused). Is ")


@needs_ray
def test_what_listens_there_and_is_no_ray_is_given_up(family, export, tmp_path):
    with socket.create_server(("0.0.0.0", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        # within the time limit of ``Family.run``: Ray's own tries go on for longer
        line = _refused(family, address, export, tmp_path / "archive")
    assert line.startswith(f"No Ray at {address} (Failed to connect to Ray cluster at ")


@needs_ray
def test_a_cluster_that_wants_its_token_says_so(cluster, family, export, tmp_path):
    line = _refused(family, cluster.address, export, tmp_path / "archive")
    assert line.startswith(f"Ray at {cluster.address} asks for its token")


_OTHER_VERSION = """
import sys, ray
from ray._common.usage.usage_constants import CLUSTER_METADATA_KEY as key
from ray.experimental.internal_kv import _internal_kv_get as get, _internal_kv_put as put
ray.init(sys.argv[1])
said = get(key, namespace=b"cluster").replace(ray.__version__.encode(), b"2.40.1")
put(key, said, overwrite=True, namespace=b"cluster")
"""


@needs_ray
def test_a_cluster_of_another_version_is_one_line(orders, family, export, tmp_path):
    import ray

    with cluster_of(orders, cpus=1) as other:
        changed = _with_token(family, other).run("-c", _OTHER_VERSION, other.address)
        assert changed.returncode == 0, changed.stderr
        line = _refused(family, other.address, export, tmp_path / "archive")
    python = "{}.{}.{}".format(*sys.version_info[:3])
    assert line == (
        f"Ray at {other.address} is 2.40.1 on Python {python}, here it is {ray.__version__} on"
        f" Python {python}. Install the same on all machines."
    )
