# SPDX-License-Identifier: Apache-2.0
"""Pages for a browser: their elements and texts, and that they load nothing."""

import html.parser
import xml.etree.ElementTree

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
VOID = {"meta", "rect", "path"}


class Checker(html.parser.HTMLParser):
    """A page as a browser reads it: tags are balanced, and known."""

    def __init__(self):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID, tag
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def parsed(text):
    """The page by HTML's rules; it is also XML with the same elements."""
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    tree = xml.etree.ElementTree.fromstring(text)
    assert ([element.tag.split("}")[1].lower() for element in tree.iter()]
            == [tag for tag, _ in checker.elements])
    return checker


def texts(text):
    return " ".join(" ".join(parsed(text).texts).split())


def assert_loads_nothing(text):
    elements = parsed(text).elements
    policies = [a["content"] for tag, a in elements
                if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [POLICY]
    assert not {tag for tag, _ in elements} & {"script", "img", "link", "iframe", "object", "base"}
    for _, attributes in elements:
        assert attributes.get("href", "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
    assert "url(" not in text and "@import" not in text
