"""What ``rag`` says of questions, drafts and the language model, and the same in Chinese. No logic.

By the English sentence as it is raised, with a name for each value; tests/test_told.py holds both
together.
"""

ANSWERS = {
    # rag.llm, desk.api_line
    "The LLM did not answer ({line}). Check SUYUAN_LLM_BASE_URL and the endpoint, then ask"
    " again.": (
        "语言模型没有回答（{line}）。请再问一次；仍然如此时，请管理员检查 SUYUAN_LLM_BASE_URL "
        "和它指向的接口。"
    ),
    "No LLM file at {path}. Fetch it: suyuan models fetch": (
        "{path} 没有语言模型文件。请管理员下载：suyuan models fetch"
    ),
    "{path} is not a GGUF model. Fetch it again: suyuan models fetch": (
        "{path} 不是 GGUF 模型。请管理员重新下载：suyuan models fetch"
    ),
    "{path} cannot be loaded ({reason}). Check it: suyuan models verify": (
        "{path} 载入不了（{reason}）。请管理员检查：suyuan models verify"
    ),
    "Nobody waits for this answer any more.": "提问的人已经离开，这个回答不再生成。",
    # rag.rerank
    "The reranker {name} is no folder here. Set SUYUAN_RERANKER to the folder of a"
    " sentence-transformers CrossEncoder, or let it come from the hub: SUYUAN_ALLOW_HUB=1": (
        "重排模型“{name}”不是这里的文件夹。请管理员把 SUYUAN_RERANKER 设为 sentence-transformers "
        "CrossEncoder 的文件夹，或允许从网上取：SUYUAN_ALLOW_HUB=1"
    ),
    "{source} cannot be used as a reranker ({reason}). Set SUYUAN_RERANKER to a"
    " sentence-transformers CrossEncoder with one output, or leave it empty.": (
        "{source} 不能用作重排模型（{reason}）。请管理员把 SUYUAN_RERANKER 设为只有一个输出的 "
        "sentence-transformers CrossEncoder，或留空。"
    ),
    # rag.understand
    "The question is empty. Type one, for example: 青岛上半年贷款余额是多少": (
        "问题是空的。请写一个，例如：青岛上半年贷款余额是多少"
    ),
    "The question has {count} characters; at most {most} are read. Shorten it, or check a whole"
    " draft sentence by sentence.": (
        "问题有 {count} 字，最多读 {most} 字。请写短些；整篇稿件请到“核稿”里核对。"
    ),
    # rag.draft_check, rag.draft_claims, rag.draft_read
    "The draft has no sentence to check. Give it at least one.": (
        "稿件里没有可核对的句子。请至少写一句。"
    ),
    "The draft is empty. Give a file with text, or - and type it.": (
        "稿件是空的。请粘贴文字，或换一个有文字的文件。"
    ),
    "The draft has {count} characters; at most {most} are checked. Split it.": (
        "稿件有 {count} 字，一次最多核对 {most} 字。请分成几份。"
    ),
    "The draft has half a character (U+{code}) at its character {number}. Delete it and type it"
    " again.": "稿件第 {number} 个字是残缺的字符（U+{code}）。请删掉它重新输入。",
    "The draft has a sentence of {count} characters; at most {most} are read as one. Put full stops"
    " or line breaks into it.": (
        "稿件里有一句长 {count} 字，一句最多读 {most} 字。请加上句号或换行。"
    ),
    "No draft at {path}. Name a file with text, or - for standard input.": (
        "没有稿件文件 {path}。请换一个有文字的文件。"
    ),
    "{path} is no kind of draft that is read; read are {kinds}. Save it as .txt.": (
        "{path} 这种文件读不了；可读的有 {kinds}。请另存为 .txt。"
    ),
    "{name} has more than {count} bytes; at most {most} characters are checked. Split it.": (
        "{name} 超过 {count} 字节；一次最多核对 {most} 字。请分成几份。"
    ),
    "{path} has no text to check: {reasons}": "{path} 里没有可核对的文字：{reasons}",
}
