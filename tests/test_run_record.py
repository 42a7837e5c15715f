"""The record of a run: what it was made with, no secrets, and what two of them do not share."""

import json

from pydantic import SecretStr

from eval.metrics_run import read_run
from eval.run_record import record_differences, run_record, same_in
from rag.settings import Settings
from tests.eval_rows import good_rows, write_run


def _settings(**changes):
    known = {"llm_api_key": SecretStr("sk-secret"), "api_key": SecretStr("desk-secret"),
             "llm_base_url": "https://li:hunter2@host:8443/v1?token=abc",
             "llm_model": "qwen"}  # fmt: skip
    return Settings.model_construct(**{**Settings(_env_file=None).__dict__, **known, **changes})


def test_no_secret_is_in_the_record(tmp_path):
    told = json.dumps(run_record(_settings(), seed=3, sets={"q": tmp_path / "none"}))
    for secret in ("sk-secret", "desk-secret", "hunter2", "abc", "li:"):
        assert secret not in told
    assert "https://host:8443/v1" in told


def test_the_record_names_models_prompts_machine_and_packages(tmp_path):
    record = run_record(_settings(evidence=9), seed=3, parallel=4)
    assert (record["seed"], record["parallel"]) == (3, 4)
    assert record["settings"]["evidence"] == 9
    assert len(record["prompts"]["answer.zh"]) == 12
    assert record["machine"]["cores"] >= 1
    assert record["machine"]["packages"]["numpy"][0].isdigit()
    assert json.loads(json.dumps(record)) == record


def test_a_changed_set_has_another_mark(tmp_path):
    path = tmp_path / "set.jsonl"
    marks = []
    for text in ("a", "b", "a"):
        path.write_text(text, encoding="utf-8")
        marks.append(run_record(_settings(), sets={"q": path})["sets"]["q"])
    assert marks[0] == marks[2] != marks[1]


def test_where_and_how_fast_do_not_keep_a_run_from_being_taken_up():
    one, two = (same_in(run_record(_settings(threads=n, llm_timeout=60.0 * n))) for n in (1, 2))
    assert one == two
    assert one != same_in(run_record(_settings(evidence=9)))


def test_differences_are_named_and_nothing_is_told_without_a_record():
    a = {"machine": {"cores": 2, "cpu": "x"}, "seed": 0}
    b = {"machine": {"cores": 8, "cpu": "x"}, "commit": "c"}
    assert record_differences(a, b) == [
        ("machine.cores", "2", "8"), ("seed", "0", "–"), ("commit", "–", "c"),
    ]  # fmt: skip
    assert record_differences({}, b) == record_differences(a, a) == []


def test_a_run_is_read_with_its_record(tmp_path):
    run = write_run(tmp_path, "run", good_rows())
    beside = {"index": "i@1", "model": "m", "record": {"seed": 1}, "taken_up": [{"seed": 1}]}
    (run / "answers.jsonl.run.json").write_text(json.dumps(beside), encoding="utf-8")
    read = read_run(run)
    assert read.made_with == {"index": "i@1", "model": "m"}
    assert read.record == {"seed": 1, "taken_up": 1}
