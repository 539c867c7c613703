"""What the e-book holds and in what order: parts, chapters, paragraphs of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from sourcebook.passages import source_domain


@dataclass(frozen=True)
class Entry:
    """A line of a table of contents; a part has no address of its own."""

    title: str
    address: str = ""
    children: tuple[Entry, ...] = ()

    def walk(self) -> Iterator[Entry]:
        """This entry and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def first(self) -> str:
        """Where reading it begins."""
        return self.address or next(entry.address for entry in self.walk() if entry.address)


Address = Callable[[str], str]
"""From a page's name to its address in the e-book."""


def contents(env: BuildEnvironment, address: Address) -> list[Entry]:
    """The welcome page, then parts with their chapters; a page named twice stands once."""
    root = env.config.root_doc
    seen = {root}
    entries = [Entry(env.titles[root].astext(), address(root))]
    for tree in env.get_doctree(root).findall(addnodes.toctree):
        chapters = tuple(_chapters(env, address, tree["includefiles"], seen))
        caption = tree.get("caption")
        if caption and chapters:
            entries.append(Entry(str(caption), "", chapters))
        else:
            entries += chapters
    # A page outside the toc can be linked to: it comes last.
    entries += _chapters(env, address, sorted(env.found_docs), seen)
    return entries


def _chapters(
    env: BuildEnvironment, address: Address, names: Iterable[str], seen: set[str]
) -> Iterator[Entry]:
    for name in names:
        if name not in seen and name in env.found_docs:
            seen.add(name)
            below = _chapters(env, address, env.toctree_includes.get(name, ()), seen)
            yield Entry(env.titles[name].astext(), address(name), tuple(below))


def paragraphs(env: BuildEnvironment, address: Address) -> list[Entry]:
    """The source's paragraphs by their numbers, each text under its title."""
    domain = source_domain(env)
    texts = []
    for text in domain.maps.values():
        here = [p.id for p in text.paragraphs if domain.paragraphs.get(p.id) in env.found_docs]
        links = tuple(Entry(f"¶{id}", f"{address(domain.paragraphs[id])}#p{id}") for id in here)
        if links:
            texts.append(Entry(text.title, "", links))
    return texts
