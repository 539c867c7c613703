"""What belongs to the chosen parts: charts, notes, words explained, works cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes

from ..passages import source_domain
from ..pdf.assemble import Leaf
from .pack import Pack
from .shelf import Place, Shelf, above, cited, classes, pointed


def charts(shelf: Shelf, pack: Pack, leaves: list[Leaf]) -> list[Leaf]:
    """A chapter's charts, those where the chosen paragraphs are cited, and those spoken of."""
    found: dict[str, dict[int, nodes.Element]] = {}

    def take(docname: str, figure: nodes.Element) -> None:
        cell = above(figure, nodes.container, "cell") or figure
        found.setdefault(docname, {})[id(cell)] = cell

    for stem in pack.chapters:
        for docname in shelf.catalog.below[stem]:
            for figure in shelf.page(docname).findall(nodes.figure):
                take(docname, figure)
    for docname in _pages_on(shelf, pack):
        for figure in shelf.page(docname).findall(nodes.figure):
            section = above(figure, nodes.section)
            if section is not None and cited(section).intersection(pack.paragraphs):
                take(docname, figure)
    for place in _new(leaves):
        node = shelf.find(place)
        if isinstance(node, nodes.figure):
            take(place[0], node)
    return _leaves(shelf, {docname: list(cells.values()) for docname, cells in found.items()})


def notes(shelf: Shelf, pack: Pack) -> list[Leaf]:
    """What was checked in the chosen paragraphs: the claims of their chapters' ledgers."""
    found: dict[str, list[nodes.Element]] = {}
    for docname in _pages_on(shelf, pack):
        for row in shelf.page(docname).findall(nodes.container):
            is_row = "ledger-row" in classes(row)
            if is_row and cited(row[0]).intersection(pack.paragraphs):  # type: ignore[arg-type]
                found.setdefault(docname, []).append(row)
    return _leaves(shelf, found)


def terms(shelf: Shelf, leaves: list[Leaf]) -> dict[str, list[Leaf]]:
    """The words that these parts use and a glossary explains, by the glossary's title."""
    found: dict[str, list[nodes.Element]] = {}
    for docname, wanted in _by_page(_new(leaves)).items():
        places = [shelf.find((docname, name)) for name in wanted]
        items = {id(place.parent) for place in places if isinstance(place, nodes.term)}
        for item in shelf.page(docname).findall(nodes.definition_list_item) if items else ():
            if id(item) in items:
                found.setdefault(docname, []).append(item)
    lists: dict[str, list[nodes.Element]] = {
        docname: [
            nodes.definition_list("", *(item.deepcopy() for item in items), classes=["glossary"])
        ]
        for docname, items in found.items()
    }
    return _titled(shelf, _leaves(shelf, lists))


def works(shelf: Shelf, leaves: list[Leaf]) -> dict[str, list[Leaf]]:
    """The works that these parts cite, by the title of their list."""
    found = []
    for docname, wanted in _by_page(_new(leaves)).items():
        if not any(isinstance(shelf.find((docname, name)), nodes.citation) for name in wanted):
            continue
        tree = shelf.page(docname).copy()
        for work in shelf.resolved(docname).findall(nodes.citation):
            if wanted.intersection(work["ids"]):
                tree.append(_once(work))
        # Already resolved: another time would fill each entry again.
        found.append(Leaf(docname, tree, 2, "section-2"))
    return _titled(shelf, found)


def _once(work: nodes.citation) -> nodes.citation:
    """A work's entry without what a second resolution in the same process put after it."""
    entry = work.deepcopy()
    labels = [child for child in entry.children if isinstance(child, nodes.label)]
    for child in entry.children[entry.index(labels[1]) :] if len(labels) > 1 else []:
        entry.remove(child)
    return entry


def _new(leaves: list[Leaf]) -> Iterator[Place]:
    """Where the parts point to that is in none of them."""
    here = {
        (leaf.docname, name)
        for leaf in leaves
        for node in leaf.tree.findall(nodes.Element)
        for name in node["ids"]
    }
    yield from dict.fromkeys(place for place in pointed(leaves) if place not in here)


def _by_page(places: Iterable[Place]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for docname, name in places:
        found.setdefault(docname, set()).add(name)
    return found


def _pages_on(shelf: Shelf, pack: Pack) -> Iterator[str]:
    """The pages of the chapters that hold the chosen paragraphs and are not chosen whole."""
    holders = source_domain(shelf.env).paragraphs
    docnames = {holders[id] for id in pack.paragraphs if id in holders}
    for stem, chapter in shelf.catalog.chapters.items():
        if chapter.docname in docnames and stem not in pack.chapters:
            yield from (chapter.docname, *shelf.catalog.below[stem])


def _leaves(shelf: Shelf, found: dict[str, list[nodes.Element]]) -> list[Leaf]:
    """A leaf a page, in the course's order; what the edition left nothing of is dropped."""
    order = shelf.catalog.order
    made = [shelf.leaf(docname, found[docname]) for docname in sorted(found, key=order.index)]
    return [leaf for leaf in made if leaf.tree.children]


def _titled(shelf: Shelf, leaves: list[Leaf]) -> dict[str, list[Leaf]]:
    titled: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        title = next(shelf.page(leaf.docname).findall(nodes.title), None)
        titled.setdefault(title.astext() if title is not None else "", []).append(leaf)
    return titled
