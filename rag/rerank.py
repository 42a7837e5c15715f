"""Order found sentences by a cross-encoder, where one is configured. Knows nothing of retrieval."""

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import ModelUnavailable
from index.sentences import split_sentences
from rag.evidence import Candidate, penalty
from rag.retrieve import standardised

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 24  # sentences: one batch, and the right one is further down for few questions
_LONGEST_PASSAGE = 1000  # characters; the model reads 512 tokens of question and passage together
_MAX_TOKENS = 512
# The scores of the first 24 sentences deviate by 0.34 over the samples (median of 144 questions).
_DEVIATION = 0.34
_LEANING = ("其中", "其", "该", "他", "她", "它")
_SCORES_PAIRS = ("ForSequenceClassification", "ForCausalLM")


class Reranker(Protocol):
    """Anything that says how well passages answer a question."""

    @property
    def name(self) -> str:
        """The model's name."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """One number a passage, higher is better; only their order and distances mean something."""


def rerank(
    question: str, candidates: Sequence[Candidate], reranker: Reranker, *, same_script: bool = True
) -> list[Candidate]:
    """The best 24 of the candidates in the reranker's order, the others behind them as they were.

    A score is the reranker's, in standard deviations over those 24, less ``evidence.penalty``: a
    cross-encoder reads a sentence about last year or about another city as nearly as good as the
    right one, and the period and the names of a question are known exactly. One deviation counts
    as much as one of the scores it replaces, so a distance between two scores means what it did.
    Ties keep their order.
    """
    short = list(candidates[:RERANKED])
    if not short:
        return []
    found = reranker.scores(question, [passage(item) for item in short])
    penalties = [penalty(item, same_script=same_script) for item in short]
    scored = [
        replace(item, score=_DEVIATION * float(deviations) - less)
        for item, deviations, less in zip(short, standardised(found), penalties, strict=True)
    ]
    ranked = sorted(scored, key=lambda item: -item.score)  # stable
    floor = ranked[-1].score
    rest = [replace(item, score=min(item.score, floor)) for item in candidates[RERANKED:]]
    return [*ranked, *rest]


def passage(item: Candidate) -> str:
    """What a cross-encoder is shown: the headline, and the sentence with the one it leans on."""
    headline = item.brief.heading or item.article.headline
    text = item.sentence.text
    if text.startswith(_LEANING) and item.before:
        last = split_sentences(item.before)[-1]
        text = item.before[last.start : last.end] + text
    return f"{headline}\n{text}"[:_LONGEST_PASSAGE]


def load_reranker(name_or_path: str, *, allow_hub: bool = False) -> "CrossEncoderReranker":
    """A sentence-transformers CrossEncoder from a folder, or by name with ``allow_hub``.

    Raises:
        ModelUnavailable: It is nowhere, or is not a model that scores pairs of texts.
    """
    source = _resolve(name_or_path, allow_hub=allow_hub)
    if not allow_hub:  # read when huggingface_hub is first imported, so before it is
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
    model = _load(source, offline=isinstance(source, Path) or not allow_hub)
    return CrossEncoderReranker(model, source.name if isinstance(source, Path) else source)


class CrossEncoderReranker:
    """A loaded cross-encoder as a ``Reranker``; one call at a time, safe from several threads."""

    def __init__(self, model: "CrossEncoder", name: str) -> None:
        self._model = model
        self._name = name
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The folder's name, or the model's on the hub."""
        return self._name

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """The model's logits, 24 passages a batch; no passages give []."""
        with self._lock:
            found = self._model.predict(
                [(question, text) for text in passages],
                batch_size=RERANKED,
                # A sigmoid takes the logits 17 and 18 for one number in float32.
                activation_fn=_as_it_is,
                show_progress_bar=False,
            )
        return [float(score) for score in found]


def _as_it_is(logits: Any) -> Any:
    return logits


def _resolve(name_or_path: str, *, allow_hub: bool) -> Path | str:
    given = Path(name_or_path).expanduser()
    if given.is_dir():
        return given.absolute()
    if allow_hub:
        return name_or_path
    raise ModelUnavailable(
        f"The reranker {name_or_path!r} is no folder here. Set SUYUAN_RERANKER to the folder of a "
        "sentence-transformers CrossEncoder, or let it come from the hub: SUYUAN_ALLOW_HUB=1"
    )


def _load(source: Path | str, *, offline: bool) -> "CrossEncoder":
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model: CrossEncoder = CrossEncoder(
            str(source),
            local_files_only=offline,
            max_length=_MAX_TOKENS,
            # Of a logit near 8, bfloat16 keeps steps of 1/32: passages would tie.
            model_kwargs={"dtype": "float32"},
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
        raise _unusable(source, reason) from error
    # Any encoder loads, with a head of random numbers in place of the one it lacks.
    architectures = getattr(getattr(model.model, "config", None), "architectures", None) or []
    if not any(name.endswith(_SCORES_PAIRS) for name in architectures):
        raise _unusable(source, f"it is a {', '.join(architectures) or 'model of unknown kind'}")
    if model.num_labels != 1:
        raise _unusable(source, f"it gives {model.num_labels} labels, not one score")
    return model


def _unusable(source: Path | str, reason: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{source} cannot be used as a reranker ({reason}). Set SUYUAN_RERANKER to a "
        "sentence-transformers CrossEncoder with one output, or leave it empty."
    )
