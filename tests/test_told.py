"""No message of the page is left in English: what the source raises has its Chinese, word for word.

The source is read (ast), so a message that is added or changed without its Chinese fails here.
"""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from desk.eval_words import fault_words
from desk.ingest_reasons import INTAKE, worded
from desk.told import SAID, told
from desk.told_details import PATTERNS
from index.read_reasons import READ

ROOT = Path(__file__).parents[1]
CHINESE = re.compile("[\u4e00-\u9fff]")
ERRORS = {"UserError", "BadRow"}  # and every class that inherits from them
# What no reader of the page can meet: a command's own messages, and what ends the server's start.
ELSEWHERE = {
    "index/backup.py": "suyuan backup, restore",
    "index/first.py": "the server's start",
    "index/history.py": "suyuan history",
    "index/integrity.py": "suyuan doctor",
    "index/migrate.py": "suyuan migrate",
    "index/model_fetch.py": "suyuan models",
    "index/model_parts.py": "suyuan models",
    "index/models.py": "the server's start",
    "index/repair.py": "suyuan rebuild",
    "index/store_check.py": "suyuan doctor",
    "rag/assemble.py": "the server's start",
    "rag/decision.py": "the server's start",
    "rag/given.py": "suyuan ask with texts of its own",
    "rag/replies.py": "--replies of an evaluation",
    "rag/settings.py": "the server's start",
    "eval/calibrate.py": "suyuan eval calibrate",
    "eval/convert.py": "suyuan eval convert",
    "eval/convert_given.py": "suyuan eval convert",
    "eval/convert_reading.py": "suyuan eval convert",
    "eval/convert_rows.py": "suyuan eval convert",
    "eval/drafts.py": "suyuan eval check",
    "eval/judge.py": "suyuan eval judge",
    "eval/matrix.py": "suyuan eval matrix",
    "eval/matrix_run.py": "suyuan eval matrix",
    "eval/results.py": "suyuan eval results",
    "eval/retrieval.py": "suyuan eval retrieval",
    "eval/retrieval_out.py": "suyuan eval retrieval",
    "desk/serve.py": "the server's start",
}
NOT_THE_PAGE = ("index/ray", "desk/api_", "desk/auth_", "desk/mcp_")  # the API stays English
ALSO_THE_PAGE = {"desk/api_line.py"}  # the line before the LLM
# A message that is not written where it is raised; where the page gets its words from.
ELSEWHERE_WORDED = {
    ("index/filters.py", "' '.join(problems)"): "test_each_value_that_nothing_here_has_is_worded",
    ("index/lexical.py", "str(not_writable(path))"): "index.errors",
    ("index/vectors.py", "str(not_writable(path))"): "index.errors",
    ("index/read_export.py", "line.fault"): "READ",
    ("rag/draft_read.py", "f'{name}: {error}'"): "test_a_file_and_its_reason_are_both_worded",
    ("eval/rows.py", "line.fault"): "READ",
    ("eval/questions.py", "', '.join(problems)"): "tests/test_desk_eval.py",
    ("eval/retrieval_queries.py", "_faults(error)"): "Pydantic",
    ("eval/given_sets.py", """f"{place}: {fault['msg']}" if place else fault['msg']"""): "Pydantic",
    ("index/vectors_place.py", "f'SUYUAN_CHROMA_URL is not an address such as {_EXAMPLE}.'"): (
        "the server's start"
    ),
    ("desk/check_upload.py", "str(error).replace(str(path), shown)"): "rag.draft_read",
    ("desk/eval_run.py", "', '.join(changed)"): "desk.eval_refusals.conditions",
    ("desk/eval_sets.py", "shown"): "desk.eval_refusals.refusal",
    ("desk/eval_sets.py", "'file'"): "desk.eval_refusals.refusal",
    ("desk/ingest_desk.py", "archive_labels(lang).bad_day.format(value=text.strip()[:40])"): (
        "desk.archive_text"
    ),
    ("desk/ingest_desk.py", "ingest_labels(lang).no_files"): "desk.ingest_text",
    ("desk/review_events.py", "fault"): "desk.eval_words.fault_words",
    ("desk/talk_events.py", "refusal"): "desk.text",
}
# The page's upload is answered as the API is; these it never meets, whoever uses it.
UPLOADS = ("desk/ingest_receive.py", "desk/api_access.py", "desk/api_errors.py")
NO_UPLOAD = {
    "bad_input",  # which is the error's own sentence
    "invalid_api_key",
    "invalid_body",
    "invalid_json",
    "length_required",
    "no_such_address",
    "wrong_host",
    "wrong_method",
    "wrong_type",
}
SAMPLES = {  # of fields that are not any text
    "what": "QA set",
    "kind": "paper",
    "done": "read",
    "key": "model",
    "form": " Its format: docs/x.md",
    **dict.fromkeys(set(PATTERNS) - {"what", "kind", "done", "key", "form"}, "1,024"),
}


def sources(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.py")):
            yield f"{folder}/{path.name}", ast.parse(path.read_text("utf-8"))


def user_errors():
    """The names of all classes below UserError and BadRow."""
    bases = {}
    for _, tree in sources("index", "rag", "eval", "desk"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {ast.unparse(base) for base in node.bases}
    known = set(ERRORS)
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def reached(module):
    if module in ALSO_THE_PAGE:
        return True
    return module not in ELSEWHERE and not module.startswith(NOT_THE_PAGE)


def shapes(node):
    """The sentence with {} for each value; two where it depends; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            texts = (part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
            return ["".join(texts)]
        case ast.IfExp(body=one, orelse=two):
            found = shapes(one), shapes(two)
            return None if None in found else [*found[0], *found[1]]
    return None


def raised():
    """Module, class, shape (None: not written there) and source of every message."""
    errors = user_errors()
    for module, tree in sources("index", "rag", "eval", "desk"):
        if not reached(module):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = ast.unparse(node.func)
            said = node.args[0]
            if name not in errors or ".say(" in ast.unparse(said):
                continue
            for shape in shapes(said) or [None]:
                yield module, name, shape, ast.unparse(said)


def problems():
    """The same of what an upload is refused for."""
    for module, tree in sources("desk"):
        for node in ast.walk(tree) if module in UPLOADS else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
                code = node.args[2].value if len(node.args) > 2 else "bad_input"
                said = ast.unparse(node.args[1])
                if code not in NO_UPLOAD and ".say(" not in said:
                    for shape in shapes(node.args[1]) or [None]:
                        yield module, "Problem", shape, said


RAISED = [*raised(), *problems()]


def shape_of(template):
    return re.sub(r"{\w+}", "{}", template)


def fields_of(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def filled(english):
    return {name: SAMPLES.get(name, f"‹{name} 7›") for name in fields_of(english)}


def test_every_message_that_the_page_can_reach_has_its_chinese():
    known = {shape_of(english) for english in (*SAID, *INTAKE.templates.values())}
    missing = [
        f"{module}: {text}"
        for module, name, shape, text in RAISED
        if name != "BadRow"
        and (shape is None or shape not in known)
        and (module, text) not in ELSEWHERE_WORDED
    ]
    assert not missing, "word them in desk/told_*.py:\n" + "\n".join(missing)


def test_every_fault_of_a_row_has_its_chinese():
    faults = [each for each in RAISED if each[1] == "BadRow"]
    assert len(faults) > 10
    missing = []
    for module, _, shape, text in faults:
        if (module, text) in ELSEWHERE_WORDED:
            continue
        said = fault_words((shape or text).replace("{}", "7"), "zh")
        if shape is None or not (CHINESE.search(said) or said == "7：7"):  # a field: Pydantic's
            missing.append(f"{module}: {text}")
    assert not missing, "word them in desk/eval_words.py:\n" + "\n".join(missing)


def test_nothing_is_worded_that_nobody_says_and_no_excuse_outlives_its_reason():
    there = {shape for _, _, shape, _ in RAISED}
    of_filters = {shape_of(each) for each in SAID if re.match(r"No (\{kind\}|article here)", each)}
    assert {shape_of(english) for english in SAID} - there == of_filters
    assert set(ELSEWHERE_WORDED) <= {(module, text) for module, _, _, text in RAISED}
    assert all((ROOT / module).is_file() for module in ELSEWHERE)


@pytest.mark.parametrize("english", SAID)
def test_a_message_is_worded_with_all_its_values_and_left_alone_in_english(english):
    values = filled(english)
    sentence = english.format(**values)
    said = told(sentence, "zh")
    assert CHINESE.search(said)
    assert fields_of(SAID[english]) == fields_of(english)
    assert said == SAID[english].format(**values | worded_samples(values))  # and as no other one
    assert told(sentence, "en") == sentence


def worded_samples(values):
    chinese = {"QA set": "题集", "paper": "报纸", "read": "读不出来"}
    chinese[SAMPLES["form"]] = "格式见 docs/x.md。"
    return {name: chinese[text] for name, text in values.items() if text in chinese}


def test_a_field_of_known_values_has_all_that_the_source_gives_it():
    given = {
        keyword.value.value
        for _, tree in sources("eval")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "what" and isinstance(keyword.value, ast.Constant)
    }
    assert len(given) > 4
    assert all(re.fullmatch(PATTERNS["what"], each) for each in given)


def test_no_message_is_mistaken_for_one_of_a_file():
    of_files = {*READ.templates.values(), *INTAKE.templates.values()}
    assert not set(SAID) & of_files - {INTAKE.templates["unknown_field"]}
    for template in of_files:
        sentence = template.format(**dict.fromkeys(fields_of(template), "7"))
        assert told(sentence, "zh") == worded(sentence, "zh")


# Their pages' parts word it when it is shown: desk.render, check_render, eval_render, …
KEPT = {
    "desk/exchange.py",
    "desk/check_run.py",
    "desk/eval_run.py",
    "desk/eval_shelf.py",
    "desk/ingest_run.py",
}
WORDING = {"told", "reason", "refusal", "conditions", "isinstance"}


def test_no_part_of_the_page_shows_an_error_without_wording_it():
    shown = []
    for module, tree in sources("desk"):
        if not reached(module) or module in KEPT:
            continue
        for handler in ast.walk(tree):
            if isinstance(handler, ast.ExceptHandler) and handler.name:
                shown += [f"{module}:{line}" for line in unworded(handler)]
    # an answer's place in a review form, worded there; the file of an upload, worded by its caller
    known = {"desk/review_desk.py", "desk/check_upload.py", "desk/history_place.py"}
    rest = [each for each in shown if each.partition(":")[0] not in known]
    assert not rest, f"say it by desk.told.told: {rest}"


def unworded(handler):
    """The lines where the caught error becomes text by other ways than ``told`` and the log."""
    found = []

    def visit(node):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and is_wording(node)):
            return
        if any(isinstance(each, ast.Name) and each.id == handler.name for each in texts(node)):
            found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in handler.body:
        visit(statement)
    return found


def is_wording(call):
    name = ast.unparse(call.func)
    return name in WORDING or name.startswith("_LOG.")


def texts(node):
    """What a node makes text of."""
    match node:
        case ast.FormattedValue(value=value):
            return [value]
        case ast.Call(func=ast.Name(id="str"), args=args):
            return args
        case ast.Call(func=ast.Attribute(attr="format"), keywords=keywords):
            return [keyword.value for keyword in keywords]
    return []
