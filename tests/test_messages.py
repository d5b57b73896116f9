"""The Japanese catalogue: complete, compiled, and true to the placeholders of the English."""

import re

import polib
import pytest
from django.test import Client
from django.urls import reverse

from tests.japanese import ends_alike, faults_of
from tests.messages import CATALOGUE, Key, key_of, unfold_keys, wanted_keys

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%\(\w+\)\.\d+f|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture(scope="module")
def wanted() -> set[Key]:
    return wanted_keys()


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_catalogue__every_message_of_ours_and_unfolds__is_there(
    catalogue: polib.POFile, wanted: set[Key]
) -> None:
    known = {key_of(entry) for entry in catalogue}

    assert wanted - known == set(), "run `make messages`"
    assert known - wanted == set(), "run `make messages`"
    assert len(unfold_keys()) > 40


def test_catalogue__every_entry__is_translated_and_certain(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not all(texts(entry))] == []


def test_catalogue__every_translation__keeps_the_placeholders(catalogue: polib.POFile) -> None:
    wrong = [
        entry.msgid
        for entry in catalogue
        for text in texts(entry)
        if sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)) != sorted(PLACEHOLDER.findall(text))
    ]

    assert wrong == []


def test_catalogue__every_translation__is_written_as_japanese_is(catalogue: polib.POFile) -> None:
    faults = {text: list(faults_of(text.strip())) for entry in catalogue for text in texts(entry)}

    assert {text: found for text, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "text",
    [
        "変更する レーン を選択",
        "10 %引き",
        "“%(name)s”を追加",
        "例:緑茶",
        "緑茶(粉末)",
        "カテゴリの名前",
        "オファーの版",
        "3段",
    ],
)
def test_faults_of__a_text_that_was_translated_word_by_word__names_one(text: str) -> None:
    assert any(faults_of(text))


def test_faults_of__a_natural_text__names_none() -> None:
    assert list(faults_of("普段の価格より%(amount)s引き（10%）。カテゴリー別の例：30, 60")) == []


def test_catalogue__every_sentence__is_one_in_both_languages(catalogue: polib.POFile) -> None:
    wrong = [
        entry.msgid
        for entry in catalogue
        for text in texts(entry)
        if not ends_alike(entry.msgid_plural or entry.msgid, text)
    ]

    assert wrong == []


def test_compiled_catalogue__equals_the_readable_one(catalogue: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    assert {(key_of(entry), *texts(entry)) for entry in compiled} == {
        (key_of(entry), *texts(entry)) for entry in catalogue
    }


@pytest.mark.django_db
def test_login_page__asked_for_in_japanese__speaks_it() -> None:
    answer = Client(headers={"Accept-Language": "ja"}).get(reverse("admin:login"))

    assert "おかえりなさい" in answer.text
    assert "ログイン" in answer.text
