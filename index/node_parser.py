"""Our chunker as a LlamaIndex NodeParser, for pipelines that bring their own documents."""

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import (
    BaseNode,
    Document,
    MetadataMode,
    NodeRelationship,
    TextNode,
)
from pydantic import Field

from index.chunk import chunk_article
from index.types import Article, Chunk, Encoder


class SentenceNodeParser(NodeParser):
    """Nodes of whole sentences with ids ``<document id>:<n>`` and offsets into the document."""

    count_tokens: Callable[[Sequence[str]], list[int]] = Field(exclude=True)
    max_tokens: int
    target_tokens: int = 220

    @classmethod
    def for_encoder(cls, encoder: Encoder, *, target_tokens: int = 220) -> "SentenceNodeParser":
        """Return a parser whose nodes fit the encoder's window."""
        return cls(
            count_tokens=encoder.count_tokens,
            max_tokens=encoder.max_tokens,
            target_tokens=target_tokens,
        )

    @classmethod
    def class_name(cls) -> str:
        """Return the name LlamaIndex stores for this component."""
        return "SentenceNodeParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        return [_text_node(chunk, node) for node in nodes for chunk in self._chunks(node)]

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, Document]
    ) -> list[BaseNode]:
        # The base class finds offsets again by searching the text, which a repeated chunk misleads.
        offsets = [(n.start_char_idx, n.end_char_idx) for n in nodes if isinstance(n, TextNode)]
        nodes = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node, (start, end) in zip(nodes, offsets, strict=True):
            if isinstance(node, TextNode):
                node.start_char_idx, node.end_char_idx = start, end
        return nodes

    def _chunks(self, node: BaseNode) -> list[Chunk]:
        article = Article(
            id=node.node_id,
            title=str(node.metadata.get("title", "")),
            body=node.get_content(metadata_mode=MetadataMode.NONE),
            source=str(node.metadata.get("source", "")),
        )
        return chunk_article(
            article,
            count_tokens=self.count_tokens,
            max_tokens=self.max_tokens,
            target_tokens=self.target_tokens,
        )


def _text_node(chunk: Chunk, parent: BaseNode) -> TextNode:
    return TextNode(
        id_=chunk.id,
        text=chunk.text,
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        metadata=dict(parent.metadata),
        excluded_embed_metadata_keys=parent.excluded_embed_metadata_keys,
        excluded_llm_metadata_keys=parent.excluded_llm_metadata_keys,
        relationships={NodeRelationship.SOURCE: parent.as_related_node_info()},
    )
