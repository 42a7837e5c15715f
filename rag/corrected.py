"""Mark what an answer cites and a later correction calls wrong. Knows nothing of search."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.corrections import Correction, touches
from rag.messages import corrected_note
from rag.types import Answer, Citation


def mark_corrected(answer: Answer, corrections: Mapping[str, Sequence[Correction]]) -> Answer:
    """The answer, its citations carrying the correction of what they quote, and a note for each.

    ``corrections`` by the id of the article corrected (``CorrectionLookup.of``). Unchanged where
    no quote has what was wrong: a mistake elsewhere in the article does not touch the answer.
    """
    citations = tuple(
        _marked(item, corrections.get(item.article_id, ())) for item in answer.citations
    )
    if citations == answer.citations:
        return answer
    language = answer.query.language
    notes = [
        corrected_note(language, item.title, item.correction)
        for item in citations
        if item.correction
    ]
    return replace(answer, citations=citations, notes=(*answer.notes, *dict.fromkeys(notes)))


def _marked(citation: Citation, corrections: Sequence[Correction]) -> Citation:
    found = next((one for one in corrections if touches(one, citation.quote)), None)
    return replace(citation, correction=found) if found else citation
