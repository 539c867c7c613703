"""No text of a chapter is ever mark-up to Typst: tried with its special characters at random."""

from __future__ import annotations

import json
import random
import re

import typst

from sourcebook.pdf.markup import escape, literal

PROBE = """
#let plain(it) = if it.has("text") { it.text } else if it.has("children") {
  it.children.map(plain).join("") } else if it.has("body") { plain(it.body) } else if it == [ ] {
  " " } else { "?" + repr(it) }
"""
CHARACTERS = "#$@*_~<>`\"'/\\[]=+-–—…•«»(){}.,;:!?&%^|1a é\u00a0\n"


def test_no_text_is_ever_mark_up(tmp_path):
    rng = random.Random(1917)
    texts = ["".join(rng.choices(CHARACTERS, k=rng.randint(1, 9))) for _ in range(1500)]
    texts = [text for text in texts if text.strip(" \n")]
    texts += ["= Heading", "- item", "+ item", "1. item", "/ term: x", "// no", "/* no */", "--"]
    texts += ["https://example.org/x", "...", "<label>", "@ref", "#let x = 1", "```", "\\u{41}"]
    lines = [PROBE]
    for text in texts:
        lines.append(f"#metadata(plain([\n{escape(text)}\n]))<alone>")
        lines.append(f"#metadata(plain([#emph[x];{escape(text)}]))<after>")
        lines.append(f"#metadata({literal(text)})<string>")
    source = tmp_path / "fuzz.typ"
    source.write_text("\n".join(lines), encoding="utf-8")

    def found(name):
        return json.loads(typst.query(str(source), f"<{name}>", field="value"))

    def squeezed(text):
        return re.sub(r"[ \n]+", " ", text or "")

    assert [squeezed(x).strip(" ") for x in found("alone")] == [
        squeezed(x).strip(" ") for x in texts
    ]
    assert [squeezed(x).rstrip(" ") for x in found("after")] == [
        squeezed("x" + x).rstrip(" ") for x in texts
    ]
    assert found("string") == texts
