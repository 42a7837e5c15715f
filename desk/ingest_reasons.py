"""Why something was not read or not taken, in the reader's language. No markup.

The readers of files and the upload say it in English, each sentence from a template; here the same
reasons are worded in Chinese.
"""

from index.read_reasons import READ, Reasons

INTAKE = Reasons(
    {
        "too_big": "{name} has {count} bytes; the most is {most} MiB.",
        "too_many": "Too many uploads wait to be ingested: try again in an hour.",
        "gone": "The files are not here any more: upload them again.",
        "longer": "The file is longer than it was said to be.",
        "empty_upload": "{name} is empty.",
        "not_whole": "{name} is not whole.",
        "choose": "Choose 1 to {most} files.",
        "bad_day": "date is {shown}; write it as YYYY-MM-DD, e.g. 2020-07-20",
        "bad_columns": "fields is {shown}; write FIELD=COLUMN, e.g. text=content, title=head",
        "long_field": "{name} has more than {most} characters; shorten it.",
        "unknown_field": 'No article field "{name}". The fields are: {known}.',
        "broke": "Unexpected error: tell who runs the server, reference {reference}.",
        "no_room": "No room for the file on the server.",
        # what a reader says of a file that has just arrived, behind the file's name
        "refused": "{name}: {reason}",
    }
)
_KINDS = {
    "an object": "对象",
    "a list": "列表",
    "a number": "数字",
    "true or false": "真假值",
    "null": "空值",
}
_WHATS = {
    "a PNG image": "PNG 图片",
    "a JPEG image": "JPEG 图片",
    "a GIF image": "GIF 图片",
    "a PDF; rename it to .pdf": "是 PDF：请把扩展名改为 .pdf",
    "a zip file or an Office document; unpack it, or save it as .txt": "压缩包或 Office 文档："
    "请解压，或另存为 .txt",
    "an old Office document; save it as .txt": "旧式 Office 文档：请另存为 .txt",
    "a gzip file; add .gz to its name": "gzip 压缩文件：请在文件名后加 .gz",
    "an SQLite database": "SQLite 数据库",
    "a program": "程序",
    "a rar file; unpack it": "rar 压缩包：请解压",
    "a 7z file; unpack it": "7z 压缩包：请解压",
}
_FIELDS = {
    "id": "编号",
    "title": "标题",
    "kicker": "肩题",
    "deck": "副题",
    "date": "日期",
    "text": "正文",
    "source": "来源",
    "paper": "报纸",
    "section": "版面",
    "byline": "记者",
    "place": "地点",
    "fields": "列名",
}
_ZH = {
    "empty": "文件是空的",
    "too_large": "超过 {most} MB：请分成几个文件",
    "unpacks_large": "解压后超过 {most} MB：请分成几个文件",
    "not_this_kind": "不读这种文件；可读的有 {kinds}",
    "no_file_in_folder": "文件夹里没有可读的文件；可读的有 {kinds}",
    "no_file": "既不是文件，也不是文件夹",
    "not_there": "没有这个文件或文件夹",
    "no_permission": "没有读取权限",
    "damaged": "文件已损坏（{said}）",
    "damaged_text": "第 {byte} 字节起的 {encoding} 文字已损坏：请另存为 UTF-8",
    "not_text": "不是文本文件（{what}）",
    "unknown_encoding": "认不出文字编码；可读 UTF-8、UTF-16、UTF-32、GB18030、Big5",
    "long_line": "一行有 {count} 字；最多 {most} 字",
    "damaged_characters": "含有损坏的 {encoding} 字符",
    "no_article": "这一版里没有读到报道",
    "no_text_on_page": "第 {number} 页没有文字；扫描件请先做文字识别（OCR）",
    "no_text_in_pdf": "这份 PDF 里没有文字；扫描件请先做文字识别（OCR）",
    "long_item": "第 {number} 篇有 {count} 字；最多 {most} 字",
    "long_document": "有 {count} 字，超过一篇报道的上限",
    "not_pdf": "内容不是 PDF，尽管文件名这样写",
    "damaged_page": "PDF 第 {number} 页已损坏（{said}）",
    "damaged_pdf": "PDF 已损坏（{said}）",
    "locked_pdf": "PDF 有密码：请另存为没有密码的",
    "many_pages": "有 {count} 页；一份 PDF 最多 {most} 页",
    "long_page": "第 {number} 页有 {count} 字，超过上限",
    "deep_html": "网页的嵌套太深",
    "no_text_in_html": "这张网页里没有报道正文",
    "no_row": "文件里没有数据行",
    "no_object": "一行应是带列名的对象，而不是 {shown}",
    "repeated_id": "第 {line} 行的编号“{id}”与第 {first} 行重复",
    "not_json": "前 {count} 行没有一行是 JSON",
    "json_no_comma": "JSON 有误：一行之后缺逗号；其后没有再读",
    "json_at_line": "JSON 有误，在第 {line} 行（{said}）；其后没有再读",
    "json_at_column": "JSON 有误，在第 {column} 列（{said}）",
    "json_unusable_after": "JSON 无法使用（{said}）；其后没有再读",
    "json_unusable": "JSON 无法使用（{said}）",
    "many_cells": "有 {count} 格，而表头只有 {most} 格",
    "no_header": "没有表头行",
    "open_quote": "到第 {line} 行引号还没有结束",
    "broken_csv": "CSV 有误（{said}）",
    "many_columns": "有 {count} 列；一张表最多 {most} 列",
    "column_twice": "表头里“{name}”列出现了两次",
    "no_text_column": "没有正文列；表头是 {header}；请在“导出文件的列名”里写 text=列名",
    "no_field": "没有{name}（找过 {wanted}；这一行有 {there}）",
    "field_kind": "{name}不是文字，而是{kind}",
    "text_kind": "正文不是文字，而是{kind}",
    "long_text": "正文有 {count} 字；一篇报道最多 {most} 字",
    "empty_text": "正文是空的",
    "bad_date": "日期“{shown}”读不懂：请写成 2025-07-16 的样子",
    "id_kind": "编号既不是文字也不是整数，而是{kind}",
    "long_id": "编号有 {count} 字；最多 {most} 字",
    "id_controls": "编号 {id} 含有控制字符",
    "no_text": "“{id}”没有正文",
    "id_length": "编号应有 1 到 {most} 字",
    "half_characters": "文字里有残缺的字符（单独的代理项）",
    "more_rejected": "另有 {count} 行或文件未能读入",
    "too_big": "{name} 有 {count} 字节；最多 {most} MB。",
    "too_many": "等待入库的文件太多：请一小时后再试。",
    "gone": "上传的文件已不在这里：请重新上传。",
    "longer": "文件比声明的长。",
    "empty_upload": "{name} 是空的。",
    "not_whole": "{name} 没有传完整。",
    "choose": "请选择 1 到 {most} 个文件。",
    "bad_day": "日期 {shown} 读不懂：请写成 2020-07-20 的样子",
    "bad_columns": "列名 {shown} 读不懂：请写成 字段=列名，例如 text=content, title=head",
    "long_field": "{name}超过 {most} 字：请缩短。",
    "unknown_field": "报道没有“{name}”这个字段；字段有：{known}。",
    "broke": "出了意外的错误，编号 {reference}：请告诉管理员。",
    "no_room": "服务器上没有空间放这个文件。",
    "refused": "{name}：{reason}",
}


def worded(sentence: str, lang: str) -> str:
    """``sentence`` in ``lang``; as it is where it is none of those that are known here.

    >>> worded("page 3 has no text; a scan needs OCR first", "zh")
    '第 3 页没有文字；扫描件请先做文字识别（OCR）'
    """
    if lang == "en":
        return sentence
    found = READ.understand(sentence) or INTAKE.understand(sentence)
    if found is None or found[0] not in _ZH:
        return sentence
    code, fields = found
    if code == "refused" and READ.understand(fields["reason"]) is None:
        return sentence  # any sentence with a colon in it
    fields = {name: _field(name, value) for name, value in fields.items()}
    if code in ("no_field", "field_kind", "long_field"):
        fields["name"] = _FIELDS.get(fields["name"], fields["name"])
    return _ZH[code].format(**fields)


def _field(name: str, value: str) -> str:
    match name:
        case "kind":
            return _KINDS.get(value, value)
        case "what":
            return _WHATS.get(value, value)
        case "kinds":
            return value.replace("; all but .pdf also as .gz", "；除 .pdf 外都可以是 .gz")
        case "reason":
            return worded(value, "zh")
        case "there":
            return "空" if value == "nothing" else value
        case _:
            return value
