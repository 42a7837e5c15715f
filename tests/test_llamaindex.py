"""The LlamaIndex faces: cited sentences as source nodes, chunks as retriever nodes."""

import pytest

from index.types import Span
from rag.llamaindex import ArchiveRetriever, as_query_engine
from rag.types import Status
from tests.fakes import FakeEncoder
from tests.scripted_llm import ScriptedLLM, archive_of, article, engine_over

_PARK = "青岛浮山森林公园步道总长12公里。"
_TREES = "公园新栽乔木2600棵。"
_ARTICLES = [
    article("park", "浮山森林公园完成改造", f"{_PARK}{_TREES}"),
    article("rain", "周末有雨", "气象台预计，周末有小到中雨。", published=None),
]
_BODY = {item.id: item.body for item in _ARTICLES}
_QUESTION = "青岛浮山森林公园步道总长多少公里？"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with archive_of(tmp_path_factory.mktemp("archive"), _ARTICLES) as archive:
        yield archive


def _query(archive, *script, question=_QUESTION):
    return as_query_engine(engine_over(archive, ScriptedLLM(*script))).query(question)


def test_the_source_nodes_are_the_cited_sentences_with_their_offsets(archive):
    response = _query(archive, "步道总长12公里[1]。")
    assert str(response) == "步道总长12公里[1]。"
    (found,) = response.source_nodes
    node = found.node
    assert node.text == _PARK == _BODY["park"][node.start_char_idx : node.end_char_idx]
    assert node.metadata == {
        "marker": 1,
        "article_id": "park",
        "title": "浮山森林公园完成改造",
        "source": "海湾日报",
        "published": "2024-07-18",
    }
    assert node.node_id == f"park@0:{len(_PARK)}"


def test_the_response_carries_the_whole_answer(archive):
    response = _query(archive, "步道总长12公里[1]。")
    answer = response.metadata["answer"]
    assert response.metadata["status"] == "answered"
    assert answer.status is Status.ANSWERED
    assert [node.text for node in response.source_nodes] == [c.quote for c in answer.citations]
    assert len(answer.evidence) > len(answer.citations)


def test_what_was_not_found_has_no_source_nodes(archive):
    response = _query(archive, "没有找到。")
    assert (response.source_nodes, response.metadata["status"]) == ([], "not_found")
    assert str(response) == "库中没有找到能回答这个问题的报道。"


def test_a_struck_claim_leaves_no_source_node(archive):
    response = _query(archive, "步道总长99公里[1]，新栽乔木[2]。")
    assert "99" not in str(response)
    assert response.source_nodes == []


def test_the_retriever_gives_chunks_with_offsets(archive):
    found = ArchiveRetriever(archive, FakeEncoder()).retrieve(_QUESTION)
    assert [item.node.metadata["article_id"] for item in found] == ["park", "rain"]
    assert found[0].score > found[1].score
    for item in found:
        node = item.node
        body = _BODY[node.metadata["article_id"]]
        assert body[node.start_char_idx : node.end_char_idx] == node.text == body
        assert node.node_id in {c.id for c in archive.chunks(node.metadata["article_id"])}
    assert [item.node.metadata["published"] for item in found] == ["2024-07-18", ""]


def test_the_retriever_gives_no_more_than_it_was_told(archive):
    assert len(ArchiveRetriever(archive, FakeEncoder(), top_k=1).retrieve(_QUESTION)) == 1


def test_a_sub_heading_is_in_its_chunk_and_never_a_source(tmp_path):
    body = f"公园步道总长\n{_PARK}"
    item = article("h", "浮山森林公园", body, headings=(Span(0, 6),))
    with archive_of(tmp_path, [item]) as archive:
        (chunk,) = ArchiveRetriever(archive, FakeEncoder()).retrieve(_QUESTION)
        response = _query(archive, "步道总长12公里[1]。")
    assert chunk.node.text == body
    assert [node.text for node in response.source_nodes] == [_PARK]
