"""The LlamaIndex faces: our retriever as a BaseRetriever, our engine as a query engine.

Imports LlamaIndex (2 s): only callers of that ecosystem need it.
"""

from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.archive import Archive
from index.types import Encoder
from rag.engine import Engine
from rag.retrieve import Retriever
from rag.types import Citation, Query


class ArchiveRetriever(BaseRetriever):  # type: ignore[misc, unused-ignore]
    """Chunks of an archive as LlamaIndex nodes, offsets kept."""

    def __init__(self, archive: Archive, encoder: Encoder, *, top_k: int = 24) -> None:
        """``top_k``: how many chunks one question gets."""
        self._archive = archive
        self._retriever = Retriever(archive, encoder)
        self._top_k = top_k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        self._archive.refresh()
        question = query_bundle.query_str
        query = Query(asked=question, question=question, language="")
        nodes = []
        for hit in self._retriever.retrieve(query, top_k=self._top_k).hits:
            article = self._archive.article(hit.chunk.article_id)
            if article is None:
                continue
            node = TextNode(
                id_=hit.chunk.id,
                text=hit.chunk.text,
                start_char_idx=hit.chunk.start,
                end_char_idx=hit.chunk.end,
                metadata={
                    "article_id": article.id,
                    "title": article.title,
                    "source": article.source,
                    "published": article.published.isoformat() if article.published else "",
                },
                excluded_llm_metadata_keys=["article_id"],
                excluded_embed_metadata_keys=["article_id"],
            )
            nodes.append(NodeWithScore(node=node, score=hit.score))
        return nodes


class ArchiveQueryEngine(CustomQueryEngine):  # type: ignore[misc, unused-ignore]
    """``query(text)`` gives a Response whose ``source_nodes`` are the cited sentences only."""

    engine: Any

    def custom_query(self, query_str: str) -> Response:
        """Ask the engine; ``metadata["answer"]`` holds the whole Answer."""
        engine: Engine = self.engine
        answer = engine.ask(query_str)
        return Response(
            response=answer.text,
            source_nodes=[_node(citation) for citation in answer.citations],
            metadata={"status": str(answer.status), "answer": answer},
        )


def _node(citation: Citation) -> NodeWithScore:
    return NodeWithScore(
        node=TextNode(
            id_=f"{citation.article_id}@{citation.start}:{citation.end}",
            text=citation.quote,
            start_char_idx=citation.start,
            end_char_idx=citation.end,
            metadata={
                "marker": citation.marker,
                "article_id": citation.article_id,
                "title": citation.title,
                "source": citation.source,
                "published": citation.published.isoformat() if citation.published else "",
            },
        ),
        score=1.0,
    )


def as_query_engine(engine: Engine) -> ArchiveQueryEngine:
    """Our engine for LlamaIndex callers."""
    return ArchiveQueryEngine(engine=engine)
