"""What is translated is what `makemessages` finds."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from test_languages import FILES

KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "gettext_noop": None}
TAGS = re.compile(r'{% translate "(.+?)" %}|{% blocktranslate %}(.+?){% endblocktranslate %}')


def in_code(folder: Path) -> set[str]:
    found = extract_from_dir(folder, [("**.py", "python")], keywords=KEYWORDS)
    return {text for _, _, text, *_ in found if isinstance(text, str)}


def in_templates(folder: Path) -> set[str]:
    files = (path.read_text("utf-8") for path in folder.rglob("templates/**/*.*"))
    texts = {"".join(found) for file in files for found in TAGS.findall(file)}
    return {re.sub(r"{{ (\w+) }}", r"%(\1)s", text) for text in texts}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_text_is_found_and_translated(file: Path) -> None:
    folder = file.parents[3]
    with file.open("rb") as source:
        translated = {str(message.id) for message in read_po(source) if message.id}
    assert translated == in_code(folder) | in_templates(folder)
