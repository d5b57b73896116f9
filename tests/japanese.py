"""How Japanese is written here, as far as a machine can tell."""

import re
from collections.abc import Iterator
from typing import Final

_LETTERS: Final = "ぁ-ゖァ-ヺー一-鿿々"
_WIDE: Final = f"{_LETTERS}、。「」（）：；！？〜"

# What a text may not contain, and what to write instead.
_FAULTS: Final = (
    (rf"(?<=[{_WIDE}]) (?=\S)|(?<=\S) (?=[{_WIDE}])", "no space beside Japanese"),
    # A placeholder (%(name)s, %s, %d) is no percent sign.
    (r"\S %(?![(sd])", "10%, not 10 %"),
    ("[“”‘’]", "「」 for quotation marks"),
    (rf"[{_LETTERS}][,.:;!?()]|[()][{_LETTERS}]", "full-width punctuation"),
    ("(?:カテゴリ|ブラウザ|ユーザ|サーバ|フォルダ)(?!ー)", "a long vowel at the end: カテゴリー"),
    ("版", "バージョン"),
    ("採用|受け入れ", "お申し込み"),
    ("動きの遅い", "滞留商品"),
    ("(?<!固)定価", "通常価格"),
    ("ギフト", "プレゼント"),
    ("(?<!普)段(?!階)", "段階"),
    ("大丈夫", "what the button does: 削除する"),
    ("確信度", "信頼度"),
)


def faults_of(text: str) -> Iterator[str]:
    """Yield how a Japanese text should be written instead; nothing for a good one."""
    return (instead for pattern, instead in _FAULTS if re.search(pattern, text))


def ends_alike(english: str, japanese: str) -> bool:
    """Return whether a text is a sentence in both languages, or in neither; questions may end either way."""
    is_sentence = re.search(r"[^.]\.[”\"]?$", english.strip()) is not None
    return english.strip().endswith("?") or is_sentence == japanese.strip().endswith("。")
