"""The JSON half of a sentence-transformers folder for an XLM-R vocabulary on a BERT body.

Knows nothing of weights or of where the vocabulary came from. Key order and spacing are fixed:
the files' checksums are pinned.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.model_charsmap import compile_charsmap

_SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
}
_METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}


@dataclass(frozen=True, slots=True)
class FolderSpec:
    """What the files say: the name, the body's sizes, and the vocabulary in order of its ids."""

    name: str
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: Sequence[tuple[str, float]]
    replacements: Mapping[str, str]  # one character -> what the tokenizer reads instead


def folder_files(spec: FolderSpec) -> dict[str, bytes]:
    """Every JSON file of the folder, by its path in the folder."""
    contents: dict[str, Any] = {
        "config.json": _config(spec),
        "tokenizer.json": _tokenizer(spec),
        # Not XLMRobertaTokenizer: transformers 5 rebuilds that class's normaliser from its
        # own defaults and would drop the character map.
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": spec.positions,
            "clean_up_tokenization_spaces": False,
            **_SPECIAL_TOKENS,
        },
        "special_tokens_map.json": _SPECIAL_TOKENS,
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
        "sentence_bert_config.json": {"max_seq_length": spec.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"embedding_dimension": spec.hidden, "pooling_mode": "mean"},
    }
    return {
        name: (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        for name, content in contents.items()
    }


def _config(spec: FolderSpec) -> dict[str, Any]:
    return {
        "_name_or_path": spec.name,
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": spec.hidden,
        "num_hidden_layers": spec.layers,
        "num_attention_heads": spec.heads,
        "intermediate_size": spec.inner,
        "vocab_size": spec.vocabulary,
        "max_position_embeddings": spec.positions,
        "type_vocab_size": spec.types,
        "layer_norm_eps": spec.epsilon,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "pad_token_id": _ids(spec)["<pad>"],
        "dtype": "float32",
    }


def _tokenizer(spec: FolderSpec) -> dict[str, Any]:
    """The character map, one leading marker a word, then the unigram pieces."""
    ids = _ids(spec)
    charsmap = base64.b64encode(compile_charsmap(spec.replacements)).decode()
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": ids[word],
                "content": word,
                "single_word": False,
                "lstrip": word == "<mask>",
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for word in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": charsmap},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": _METASPACE,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_special("<s>"), _text("A"), _special("</s>")],
            "pair": [
                *(_special("<s>"), _text("A"), _special("</s>")),
                *(_special("</s>"), _text("B"), _special("</s>")),
            ],
            "special_tokens": {
                word: {"id": word, "ids": [ids[word]], "tokens": [word]} for word in ("<s>", "</s>")
            },
        },
        "decoder": _METASPACE,
        "model": {
            "type": "Unigram",
            "unk_id": ids["<unk>"],
            "vocab": spec.pieces,
            "byte_fallback": False,
        },
    }


def _ids(spec: FolderSpec) -> dict[str, int]:
    return {word: n for n, (word, _) in enumerate(spec.pieces)}


def _special(word: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": word, "type_id": 0}}


def _text(which: str) -> dict[str, Any]:
    return {"Sequence": {"id": which, "type_id": 0}}
