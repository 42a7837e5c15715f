"""The prompts that only the evaluation fills, with their placeholders; the rest: rag.prompts."""

PLACEHOLDERS: dict[str, frozenset[str]] = {
    "judge.zh": frozenset({"question", "expected", "gold", "answer"}),
    "judge.en": frozenset({"question", "expected", "gold", "answer"}),
    "propose.zh": frozenset({"title", "sentence"}),
    "propose.en": frozenset({"title", "sentence"}),
}
