"""Questions with what the teacher needs nested beside them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import House, MakeProject
from docutils import nodes

from sourcebook.questions import KINDS, SKILLS, Question


def boxes_of(tree: nodes.document) -> list[nodes.container]:
    """The questions of a page."""
    return [n for n in tree.findall(nodes.container) if "question" in n["classes"]]


def question(id: str = "one-1", body: str = "What happened?", **options: str) -> str:
    """A question as a writer types it; an option set to nothing is left out."""
    usual = {"kind": "recall", "paragraphs": "1-2", "skill": "sourcing", "minutes": "5"}
    lines = [f":{key}: {value}" for key, value in {**usual, **options}.items() if value]
    return "\n".join([f"::::{{question}} {id}", *lines, "", body, "::::", ""])


SET = ":::{passage} 1-2\n:::\n\n"


def test_record_in_the_bank(project: MakeProject) -> None:
    text = f"# Page\n\n{SET}{question()}\n{question('one-2', kind='today', minutes='12')}"
    built = project({"page.md": text})
    assert built.warnings == []
    assert list(built.app.env.get_domain("question").data["questions"].values()) == [
        Question("one-1", "page", "recall", "sourcing", ("1", "2"), 5),
        Question("one-2", "page", "today", "sourcing", ("1", "2"), 12),
    ]


def test_head_says_what_a_student_needs(project: MakeProject) -> None:
    built = project({"page.md": f"# Page\n\n{SET}{question()}\n{question('one-2')}"})
    boxes = [
        n for n in built.doctree("page").findall(nodes.container) if "question" in n["classes"]
    ]
    heads = [box.next_node(nodes.paragraph).astext() for box in boxes]
    assert heads == [
        "Question 1 · Recall · sourcing · ¶1–2 · 5 minutes · one-1",
        "Question 2 · Recall · sourcing · ¶1–2 · 5 minutes · one-2",
    ]
    ids = [[id for n in box.findall(nodes.Element) for id in n["ids"]] for box in boxes]
    assert ids == [["one-1"], ["one-2"]]


def test_guidance_and_rubric_are_nested(project: MakeProject) -> None:
    body = "What?\n\n:::{guidance}\nThis.\n:::\n:::{scoring}\n- 2: all\n- 1: some\n:::"
    built = project({"page.md": f"# Page\n\n{SET}{question(body=body)}"}, tags=["teacher"])
    assert built.warnings == []
    (box,) = [
        n for n in built.doctree("page").findall(nodes.container) if "question" in n["classes"]
    ]
    inner = [n for n in box.children if isinstance(n, nodes.admonition)]
    assert [(n["classes"], n[0].astext()) for n in inner] == [
        (["guidance"], "Guidance"), (["scoring"], "Rubric"),
    ]  # fmt: skip


def test_id_used_twice(project: MakeProject) -> None:
    pages = {
        "one.md": f"# One\n\n{SET}{question()}",
        "two.md": f"# Two\n\nText.\n\n{question()}",
    }
    (warning,) = project(pages).warnings
    assert warning == (
        "two.md:5: WARNING: question id one-1 is used in one already: choose a new one"
    )


WRONG = [
    ({"kind": "riddle"}, "riddle"),
    ({"skill": "magic"}, "magic"),
    ({"minutes": "soon"}, "minutes"),
    ({"minutes": "0"}, "minutes"),
    ({"paragraphs": "2-1"}, "'2-1' names no paragraphs"),
    ({"kind": ""}, "question one-1 has no kind"),
    ({"skill": "", "minutes": ""}, "question one-1 has no skill, minutes"),
    ({"paragraphs": ""}, "question one-1 has no paragraphs"),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_wrong_option(project: MakeProject, options: dict[str, str], message: str) -> None:
    built = project({"page.md": f"# Page\n\n{SET}{question(**options)}"})
    warning = " ".join(built.warnings)
    assert warning.startswith("page.md:6: ")
    assert message in warning
    assert "one-1" not in built.app.env.get_domain("question").data["questions"]


def test_unknown_option(project: MakeProject) -> None:
    built = project({"page.md": f"# Page\n\n{SET}{question(points='3')}"})
    assert any("points" in warning for warning in built.warnings)


def test_question_without_text(project: MakeProject) -> None:
    built = project({"page.md": f"# Page\n\n{SET}{question(body='')}"})
    assert any(warning.startswith("page.md:6: ") for warning in built.warnings)


@pytest.mark.parametrize("kind", ["guidance", "scoring", "teacher", "objectives"])
def test_empty_block(project: MakeProject, kind: str) -> None:
    (warning,) = project({"page.md": f"# Page\n\n:::{{{kind}}}\n:::\n"}).warnings
    assert warning.startswith("page.md:3: ERROR: ")


def test_kinds_and_skills_are_those_of_the_course() -> None:
    assert list(KINDS) == ["recall", "source", "comparison", "evaluation", "today"]
    assert {"sourcing", "contextualization", "corroboration", "close reading"} <= set(SKILLS)


def test_tiny_courses_bank(student: Path, house: House) -> None:
    doctrees = house.root / "_build" / ".cache" / "plain" / "doctrees"
    env = pickle.loads((doctrees / "environment.pickle").read_bytes())
    bank = env.domaindata["question"]["questions"]
    assert {id: (q.docname, q.paragraphs) for id, q in bank.items()} == {
        "herring-1": ("exercises/herring-year", ("4", "5")),
        "herring-2": ("exercises/herring-year", ("6",)),
        "visitors-1": ("exercises/visitors", ("9", "10", "T2")),
    }
