"""Fit the projection of token vectors for an encoder, on texts of our own. Once per archive.

The same texts for every archive, so that its first articles do not decide what a later one's
vectors keep.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np

from index.language import detect_language
from index.late import Projection, language_key, principal_directions
from index.types import TokenEncoder, Vectors

# 256 of 384 at four bits are 128 bytes a token; what fewer lose is in docs/LOG.md 2026-11-23.
DIRECTIONS = 256
_MAIN = "zh"  # of most articles
_OTHERS_WEIGHT = 0.33  # of each other language's spread beside Chinese
_QUESTION = 48  # characters: the headline, about as long as a question
_TEXTS = Path(__file__).with_name("calibration.txt")


def fit_encoder(encoder: TokenEncoder) -> Projection:
    """The projection for this encoder's token vectors; takes some seconds."""
    groups = _by_language()
    passages: dict[str, Vectors] = {}
    queries: dict[str, Vectors] = {}
    questions: dict[str, Vectors] = {}
    whole: dict[str, Vectors] = {}
    spreads: list[tuple[float, Vectors]] = []
    for language, texts in groups.items():
        vectors, found = encoder.encode_passage_tokens(texts)
        whole[language] = vectors.mean(axis=0)
        tokens = np.concatenate([each.vectors for each in found])
        passages[language] = tokens.mean(axis=0)
        spreads.append((1 if language == _MAIN else _OTHERS_WEIGHT, tokens - passages[language]))
        asked = [encoder.encode_query_tokens(text[:_QUESTION]) for text in texts]
        queries[language] = np.concatenate([each.vectors for _, each in asked]).mean(axis=0)
        questions[language] = np.mean([vector for vector, _ in asked], axis=0)
    for means in (passages, queries, questions, whole):
        means[""] = np.mean([mean for key, mean in means.items() if key != _MAIN], axis=0)
    count = min(DIRECTIONS, encoder.dimension // 2 * 2)
    return Projection(principal_directions(spreads, count), passages, queries, questions, whole)


@cache
def calibration_texts() -> tuple[str, ...]:
    """News paragraphs in the languages of questions and articles, one a line, written by us."""
    return tuple(_TEXTS.read_text(encoding="utf-8").splitlines())


def _by_language() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for text in calibration_texts():
        groups[language_key(detect_language(text)) or "other"].append(text)
    return groups
