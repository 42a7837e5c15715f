"""Why something asked of the Evaluate tab cannot be done, and what is missing. No HTML."""

from desk.auth_user import LOCAL
from desk.eval_place import MOST_BYTES, MOST_FILES, SAMPLE, EvalFiles
from desk.eval_run import Job
from desk.eval_sets import Empty, TooBig, Unreadable, WrongKind
from desk.eval_text import EvalLabels
from index.errors import BadInput


def unlisted(words: EvalLabels, files: EvalFiles) -> list[str]:
    """That some files of the folder are not shown, where that is so."""
    count = files.unlisted()
    said = words.unlisted.format(count=count, folder=files.qa, most=MOST_FILES)
    return [said] if count else []


def no_sets(words: EvalLabels, files: EvalFiles) -> str:
    """Where an admin puts the first question set."""
    return words.no_sets.format(folder=files.qa)


def no_runs(words: EvalLabels, files: EvalFiles, *, admin: bool) -> str:
    """What is missing, and who can add it, where no set has been run yet."""
    if not files.sets():
        return words.none_no_sets.format(folder=files.qa)
    return words.none_more if admin else words.none_reader


def conditions(words: EvalLabels, names: str) -> str:
    """Which of what a run was made with has changed, in words."""
    said = {
        "index": words.changed_index,
        "model": words.changed_model,
        "prompts": words.changed_prompts,
        "settings": words.changed_settings,
    }
    kinds = dict.fromkeys(name.partition(".")[0] for name in names.split(", "))
    known = [said[kind] for kind in kinds if kind in said]
    return ("、" if words.lang == "zh" else ", ").join(known) or names[:200]


def busy(words: EvalLabels, job: Job) -> str:
    """Who runs which set now."""
    user = words.local if job.user == LOCAL.name else job.user
    name = words.sample if job.set_name == SAMPLE else job.set_name
    return words.busy.format(user=user, set=name)


def refusal(words: EvalLabels, error: BadInput) -> str:
    """Why an uploaded set is not taken, from what ``desk.eval_sets`` raised."""
    most = MOST_BYTES // 2**20
    if isinstance(error, TooBig):
        return words.upload_big.format(name=error, most=most)
    if isinstance(error, WrongKind):
        return words.upload_kind.format(name=error)
    if isinstance(error, Empty):
        return words.upload_empty.format(name=error)
    if isinstance(error, Unreadable):
        return words.upload_unreadable.format(name=error)
    return words.upload_lost
