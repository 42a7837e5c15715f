"""Stock LlamaIndex over the same articles and encoder weights. Knows nothing of our index.

SentenceSplitter, HuggingFaceEmbedding, ChromaVectorStore and a QueryFusionRetriever over vectors
and BM25, with the defaults except where a default cannot work here:

- chunks of 512 of the splitter's own tokens, about 400 Chinese characters, which fit e5's window of
  512 (the default, 1,024, would be cut silently); the overlap keeps the default's share, a fifth;
- e5's two prefixes, and no LLM (``num_queries=1``: the question as it is);
- 50 chunks a lane, so that twenty articles come out.

BM25Retriever's own token pattern takes a Chinese clause for one word and so finds next to nothing;
``token_pattern`` can be set, and ``HAN_PATTERN`` is the best that it can say: single characters.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import BaseNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.chroma import ChromaVectorStore

from index.types import Article
from rag.types import Evidence

HAN_PATTERN = r"(?u)[㐀-鿿]|[^\W㐀-鿿]+"

_CHUNK_TOKENS = 512
_OVERLAP_TOKENS = 100
_CHUNKS = 50
_ARTICLES = 20


@dataclass(frozen=True)
class Ranking:
    """Articles by their best chunk. There is no evidence: a chunk is no sentence."""

    ranked: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()


class Peer:
    """An index in ``folder``, and retrievers over it."""

    def __init__(self, folder: Path, model_folder: Path) -> None:
        client = chromadb.PersistentClient(
            str(folder), settings=ChromaSettings(anonymized_telemetry=False)
        )
        store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("news"))
        self._splitter = SentenceSplitter(chunk_size=_CHUNK_TOKENS, chunk_overlap=_OVERLAP_TOKENS)
        self._embedding = HuggingFaceEmbedding(
            model_name=str(model_folder),
            query_instruction="query: ",
            text_instruction="passage: ",
        )
        self._index = VectorStoreIndex.from_vector_store(store, embed_model=self._embedding)

    @property
    def index(self) -> VectorStoreIndex:
        """What an engine of LlamaIndex is built over."""
        return self._index

    def warm_up(self, texts: Sequence[str]) -> None:
        """Split and embed, and keep nothing: the first batch pays for what loads late."""
        for text in texts:
            self._splitter.split_text(text)
        self._embedding.get_text_embedding_batch(list(texts))

    def split(self, articles: Iterable[Article]) -> list[BaseNode]:
        """The chunks; title and date go into what is embedded and indexed, as they do in ours."""
        return self._splitter.get_nodes_from_documents([_document(one) for one in articles])

    def ingest(self, articles: Iterable[Article]) -> int:
        """Split, embed and store; returns the number of chunks."""
        nodes = self.split(articles)
        self._index.insert_nodes(nodes)
        return len(nodes)

    def retriever(self, nodes: Sequence[BaseNode], *, token_pattern: str = "") -> "Retriever":
        """A hybrid retriever; builds BM25 over ``nodes`` in memory."""
        options = {"token_pattern": token_pattern} if token_pattern else {}
        words = BM25Retriever.from_defaults(
            nodes=list(nodes), similarity_top_k=min(_CHUNKS, len(nodes)), **options
        )
        return Retriever(
            QueryFusionRetriever(
                [self._index.as_retriever(similarity_top_k=_CHUNKS), words],
                llm=MockLLM(),
                mode="reciprocal_rerank",
                num_queries=1,
                similarity_top_k=2 * _CHUNKS,
                use_async=False,
            )
        )


class Retriever:
    """Question in, articles out."""

    def __init__(self, fusion: QueryFusionRetriever) -> None:
        self._fusion = fusion

    def __call__(self, question: str) -> Ranking:
        """The first twenty articles."""
        nodes = self._fusion.retrieve(question)
        keys = dict.fromkeys(str(node.node.ref_doc_id) for node in nodes)
        return Ranking(tuple(keys)[:_ARTICLES])


def _document(article: Article) -> Document:
    metadata = {"title": article.title}
    if article.published:
        metadata["date"] = article.published.isoformat()
    return Document(id_=article.id, text=article.body, metadata=metadata)
