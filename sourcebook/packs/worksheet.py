"""A worksheet: questions with room to write the answers, or for the teacher with the answers."""

from __future__ import annotations

from docutils import nodes

from ..questions import question_domain
from .choosing import filled, title_of
from .handout import Handout, Section, questions, source
from .pack import Pack
from .shelf import Shelf

_LINES_A_MINUTE = {
    "recall": 0.5,
    "source": 0.6,
    "comparison": 0.7,
    "evaluation": 0.7,
    "today": 0.6,
}
"""How much is written on a question of each kind: some minutes go into reading."""
_FEWEST, _MOST = 4, 20


def worksheet(shelf: Shelf, pack: Pack) -> Handout:
    """The questions of a pack, one after the other, and the paragraphs they cite."""
    title = title_of(pack, shelf.catalog)
    pack = filled(pack, shelf.catalog)
    asked = questions(shelf, pack.questions, level=1)
    if not shelf.teacher:
        records = question_domain(shelf.env).questions
        for leaf in asked:
            for box in leaf.tree.findall(nodes.container):
                if box.get("question_id") in records:
                    record = records[box["question_id"]]
                    box += room(lines_for(record.kind, record.minutes))
    cited = tuple(shelf.catalog.cited(pack.questions))
    sections = [Section("", asked), *source(shelf, cited, set())]
    kind = "answers" if shelf.teacher else "worksheet"
    return Handout(f"{pack.name}-{kind}", title, pack, sections, kind)


def lines_for(kind: str, minutes: int) -> int:
    """How many ruled lines an answer gets."""
    return min(_MOST, max(_FEWEST, round(minutes * _LINES_A_MINUTE[kind])))


def room(lines: int) -> nodes.container:
    """Ruled space to write in."""
    rules = [nodes.container(classes=["rule"]) for _ in range(lines)]
    return nodes.container("", *rules, classes=["ruled"])
