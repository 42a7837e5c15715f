"""What ``index`` says of an archive that cannot serve, and the same in Chinese. No logic.

By the English sentence as it is raised, with a name for each value; tests/test_told.py holds both
together.
"""

ARCHIVE = {
    # index.catalog, index.catalog_file, index.errors
    "No archive at {folder}. Build one: suyuan ingest FILE --archive {folder}": (
        "{folder} 里还没有资料库。请先入库：suyuan ingest 文件 --archive {folder}"
    ),
    "{folder} was built with {name} ({dimension} dimensions); the encoder now is {now}"
    " ({now_dimension}). {way_back} it: suyuan rebuild --archive {folder}": (
        "资料库 {folder} 是用编码器 {name}（{dimension} 维）建的，现在用的是 {now}"
        "（{now_dimension} 维）。请管理员{way_back}：suyuan rebuild --archive {folder}"
    ),
    "{folder} was indexed by another version of Suyuan. Its articles are all there; index them"
    " anew: suyuan rebuild --archive {folder}": (
        "资料库 {folder} 的索引是另一版溯源建的。报道都在，请管理员重建索引："
        "suyuan rebuild --archive {folder}"
    ),
    "{path} was written by a newer Suyuan (catalog schema {version}, this one knows {known})."
    " Upgrade Suyuan to open it.": (
        "{path} 是更新版的溯源写的（目录格式 {version}，这一版只认到 {known}）。请管理员升级溯源。"
    ),
    "{path} is not a Suyuan catalog. Choose another --archive folder.": (
        "{path} 不是溯源的目录文件。请管理员用 --archive 换一个文件夹。"
    ),
    "{path} cannot be read ({reason}). Restore a backup: suyuan restore BACKUP --archive {folder}"
    " --force; or ingest again into another folder.": (
        "{path} 读不出来（{reason}）。请管理员恢复备份：suyuan restore 备份 --archive {folder} "
        "--force；或重新入库到另一个文件夹。"
    ),
    "The catalog is in use, so that its log cannot be emptied. Run the same command again.": (
        "目录正被占用，日志暂时清不掉。请稍后再做一次。"
    ),
    "{path} is missing. Rebuild it: suyuan rebuild --archive {folder}.": (
        "缺少 {path}。请管理员重建：suyuan rebuild --archive {folder}。"
    ),
    "{path} cannot be written: no permission, or a read-only disk. Run as the user the archive"
    " belongs to, or choose another folder: --archive DIR.": (
        "{path} 写不进去：没有权限，或磁盘只读。请管理员用资料库所属的用户运行，"
        "或换一个文件夹：--archive DIR。"
    ),
    # index.lexical, index.tokens, index.vectors
    "{path} is missing or of another version. Build it from the catalog: suyuan rebuild --archive"
    " {folder} (the next suyuan ingest does it too).": (
        "{path} 不在，或是另一版的。请管理员从目录重建：suyuan rebuild --archive {folder}"
        "（下次入库也会重建）。"
    ),
    "{path} cannot be read ({reason}). Rebuild it from the catalog: suyuan rebuild --archive"
    " {folder}.": (
        "{path} 读不出来（{reason}）。请管理员从目录重建：suyuan rebuild --archive {folder}。"
    ),
    "{path} cannot be written: no space left. Free some, then try again.": (
        "{path} 写不进去：磁盘已满。请腾出空间再试。"
    ),
    # index.vectors_place, index.vectors_server
    "SUYUAN_CHROMA_URL is {url}, but this archive has its vectors in its folder. Copy them to the"
    " server: suyuan migrate server; or unset SUYUAN_CHROMA_URL.": (
        "SUYUAN_CHROMA_URL 设为 {url}，而这个资料库的向量在自己的文件夹里。请管理员复制到服务器："
        "suyuan migrate server；或取消 SUYUAN_CHROMA_URL。"
    ),
    "No Chroma server answers at {url} ({reason}). Start it (chroma run --path FOLDER) or correct"
    " SUYUAN_CHROMA_URL.": (
        "{url} 上没有 Chroma 服务应答（{reason}）。请管理员启动它（chroma run --path 文件夹），"
        "或改正 SUYUAN_CHROMA_URL。"
    ),
    "The Chroma server at {url} has no collection {collection}. Is it the server of this archive"
    " (SUYUAN_CHROMA_URL)? If it is, fill it anew: suyuan rebuild": (
        "{url} 的 Chroma 服务里没有集合 {collection}。请管理员看看 SUYUAN_CHROMA_URL "
        "是不是这个资料库的服务器；如果是，请重新填入：suyuan rebuild"
    ),
    "Collection {collection} of the Chroma server at {url} cannot be used ({reason}). Fill it anew"
    " from the catalog: suyuan rebuild": (
        "{url} 的 Chroma 服务里，集合 {collection} 不能用（{reason}）。请管理员从目录重新填入："
        "suyuan rebuild"
    ),
    "The server at {url} wants a login (HTTP {status}). Write it into SUYUAN_CHROMA_URL:"
    " http://USER:PASSWORD@HOST:PORT": (
        "{url} 的服务要求登录（HTTP {status}）。请管理员写进 SUYUAN_CHROMA_URL："
        "http://用户:密码@主机:端口"
    ),
    "What answers at {url} is no Chroma server (HTTP {status}). Correct SUYUAN_CHROMA_URL.": (
        "{url} 上应答的不是 Chroma 服务（HTTP {status}）。请管理员改正 SUYUAN_CHROMA_URL。"
    ),
    "The Chroma server at {url} is version {version}; Suyuan needs {needed}x. Upgrade it: pip"
    " install 'chromadb>=1.5.9,<1.6', then chroma run.": (
        "{url} 的 Chroma 服务是 {version} 版；溯源要 {needed}x 版。请管理员升级："
        "pip install 'chromadb>=1.5.9,<1.6'，再 chroma run。"
    ),
    # index.writer, index.lock, index.ingest, index.chunk, index.read_options
    "No space left for {folder}. What was committed stays: free some space and run the same command"
    " again.": "{folder} 所在的磁盘已满。已入库的都在：请腾出空间再做一次。",
    "{folder} cannot be made an archive folder ({reason}). Choose another one: --archive DIR.": (
        "{folder} 建不成资料库文件夹（{reason}）。请管理员换一个：--archive DIR。"
    ),
    "{folder} is being written by {who}. Wait until it ends, then run the command again.": (
        "{who}正在写资料库 {folder}。请等它结束再试。"
    ),
    "Nothing to ingest ({reasons}).": "没有可入库的内容（{reasons}）。",
    "The encoder's window of {count} tokens leaves no room for text beside the headline of"
    ' "{id}". Set SUYUAN_ENCODER to an encoder with a longer window.': (
        "编码器一次只读 {count} 个词元，放下“{id}”的标题就没有正文的位置了。请管理员把 "
        "SUYUAN_ENCODER 换成读得更长的编码器。"
    ),
    'No article field "{name}". The fields are: {known}.': (
        "报道没有“{name}”这个字段；字段有：{known}。"
    ),
    # index.filters
    "since {since} lies after until {until}; swap them": (
        "起始日 {since} 晚于截止日 {until}：请对调。"
    ),
    "No article here names a {kind}, so none has {name}; leave the {kind} out.": (
        "库中没有报道标明{kind}，所以查不到“{name}”：请不要限定{kind}。"
    ),
    "No {kind} {name} here; close to it: {near}.": "库中没有{kind}“{name}”；相近的有：{near}。",
    "No {kind} {name} here; there are {known} and {count} more.": (
        "库中没有{kind}“{name}”；现有 {known}，另有 {count} 个。"
    ),
    "No {kind} {name} here; there are {known}.": "库中没有{kind}“{name}”；现有 {known}。",
    # index.e5, index.encoder
    "{path} is not the encoder's weights: {reason}. Fetch it: suyuan models fetch": (
        "{path} 不是编码器的权重文件（{reason}）。请管理员重新下载：suyuan models fetch"
    ),
    "{source} cannot be loaded as a sentence-transformers model ({reason}). Check"
    " SUYUAN_ENCODER.": (
        "{source} 不能作为 sentence-transformers 模型载入（{reason}）。"
        "请管理员检查 SUYUAN_ENCODER。"
    ),
}
