"""Persons in the index: under the family name, where the writer says that they are persons."""

from __future__ import annotations

import pytest
from sphinx import addnodes

from sourcebook.names import by_family_name


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("C. L. R. James", "James, C. L. R."),
        ("Georgy Khrustalev-Nosar", "Khrustalev-Nosar, Georgy"),
        ("Nicholas II", "Nicholas II"),
        ("Voltaire", "Voltaire"),
        ("Orwell, George", "Orwell, George"),
    ],
)
def test_a_person_stands_under_the_family_name(name, listed):
    assert by_family_name(name) == listed


def test_only_a_glossary_of_persons_is_turned_around(project):
    people = "::::{rst-class} names\n:::{glossary}\nAda Lovelace\n  Wrote.\n:::\n::::\n"
    words = ":::{glossary}\nAnalytical Engine\n  Never built.\n:::\n"
    made = project({"page.md": f"# Page\n\n{people}\n{words}\nSee {{term}}`Ada Lovelace`.\n"})
    assert made.warnings == []
    entries = [
        e[1] for node in made.doctree("page").findall(addnodes.index) for e in node["entries"]
    ]
    assert "Lovelace, Ada" in entries
    assert "Analytical Engine" in entries
    assert "Ada Lovelace" not in entries
