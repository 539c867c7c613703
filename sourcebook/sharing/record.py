"""What the course says of itself as a whole: title, authors, year, license, address.

From ``CITATION.cff`` where there is one, else from ``_config.yml``. Imports no Sphinx.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pybtex.database import Person

from ..chapters import line_of, read_yaml, state_of
from ..errors import SourcebookError

CITATION = "CITATION.cff"
_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)")


@dataclass(frozen=True)
class Name:
    """Who wrote something: a person, or a body that has but one name."""

    family: str
    given: str = ""

    @property
    def plain(self) -> str:
        """The name as one says it."""
        return f"{self.given} {self.family}".strip()

    @property
    def turned(self) -> str:
        """The name as lists have it."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def short(self) -> str:
        """The family name with initials."""
        initials = [part[0] + "." for part in re.split(r"[\s.]+", self.given) if part]
        return f"{self.family}, {' '.join(initials)}" if initials else self.family

    @classmethod
    def read(cls, name: str) -> Name:
        """A person's name as it is usually written, ``Ann Lee`` or ``Lee, Ann``."""
        person = Person(name)
        family = " ".join([*person.prelast_names, *person.last_names])
        return cls(family, " ".join([*person.first_names, *person.middle_names]))


@dataclass(frozen=True)
class CourseRecord:
    """The course as a work."""

    title: str
    authors: tuple[Name, ...] = ()
    date: str = ""
    """When it was published: a year, or a day as ``2026-11-22``."""
    version: str = ""
    license: str = ""
    """The license of its text, by the name that SPDX gives it."""
    keywords: tuple[str, ...] = ()
    language: str = "en"
    level: str = ""
    address: str = ""
    """Where the website is, with a slash at its end; empty where nobody has said it."""

    @property
    def year(self) -> str:
        """The year it was published."""
        return self.date[:4]

    @property
    def license_address(self) -> str:
        """Where the license can be read."""
        known = _CREATIVE_COMMONS.fullmatch(self.license)
        if known:
            return f"https://creativecommons.org/licenses/{known[1].lower()}/{known[2]}/"
        return f"https://spdx.org/licenses/{self.license}.html" if self.license else ""


def read_record(root: Path, config: Any) -> CourseRecord:
    """The course's record, from its citation file and its settings."""
    said = _citation_file(root)
    author = "" if config.author == "unknown" else str(config.author)
    year = re.search(r"\d{4}", str(config.copyright))
    authors = tuple(_name(author) for author in said.get("authors") or ())
    licenses = said.get("license") or []
    licenses = [licenses] if isinstance(licenses, str) else [str(one) for one in licenses]
    # Of several, that of Creative Commons is the text's, the others are the software's.
    license = next((one for one in licenses if one.startswith("CC")), next(iter(licenses), ""))
    address = str(config.html_baseurl or "")
    return CourseRecord(
        title=str(config.html_title or config.project),
        authors=authors or ((Name(author),) if author else ()),
        date=str(said.get("date-released") or (year.group() if year else "")),
        version=str(said.get("version") or ""),
        license=license,
        keywords=tuple(str(word) for word in said.get("keywords") or ()),
        language=(config.language or "en").replace("_", "-"),
        level=str(config.sourcebook_level),
        address=address if not address or address.endswith("/") else f"{address}/",
    )


def _citation_file(root: Path) -> dict[str, Any]:
    path = root / CITATION
    return _read_citation_file(path, state_of(path)) if path.is_file() else {}


@lru_cache(maxsize=8)
def _read_citation_file(path: Path, state: tuple[int, int]) -> dict[str, Any]:
    said = read_yaml(path)
    if not isinstance(said, dict):
        hint = "write each key with its value, such as title: …"
        raise SourcebookError("the citation file is no list of keys", hint, f"{CITATION}:1")
    authors = said.get("authors") or []
    if not isinstance(authors, list) or not all(map(_named, authors)):
        hint = "an author has family-names and given-names, or a name"
        where = f"{CITATION}:{line_of(path, 'authors:')}"
        raise SourcebookError("an author in the citation file has no name", hint, where)
    return said


def _named(author: Any) -> bool:
    return isinstance(author, dict) and bool(author.get("family-names") or author.get("name"))


def _name(author: dict[str, Any]) -> Name:
    if author.get("name"):
        return Name(str(author["name"]))
    parts = (author.get("name-particle"), author["family-names"], author.get("name-suffix"))
    return Name(" ".join(str(x) for x in parts if x), str(author.get("given-names") or ""))
