"""Only the style rules that can apply to the course's pages, out of the theme's sheets.

A rule is kept when every class, id and element that its selector asks for occurs in some page
or is a word in some script. What a selector says inside ``:is()``, ``:where()``, ``:has()``
or ``:not()`` is never a reason to drop it. Then properties, motions and fonts that nothing
uses any more are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tinycss2
from tinycss2.ast import Node

_NESTS = ("media", "supports", "layer", "container")
_PROPERTY = re.compile(r"var\(\s*(--[\w-]+)")
_NAMED = re.compile(r"--[\w-]+")
_IN_TAG = re.compile(
    r"<([a-zA-Z][\w-]*)((?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)"
)
_NAMES = re.compile(r"\b(?:class|id)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_WORD = re.compile(r"[A-Za-z_][\w-]*")


class UnknownStyle(Exception):
    """A style sheet has something that is not understood: better to keep it whole."""


@dataclass
class Rule:
    """A rule of a style sheet: selectors with declarations, or an at-rule with rules."""

    head: str
    declarations: list[tuple[str, str]] = field(default_factory=list)
    rules: list[Rule] | None = None


@lru_cache(maxsize=8192)  # Parts of pages.
def names_in_page(page: str) -> frozenset[str]:
    """The elements, classes and ids of a page; a preview asks for the same ones, too."""
    names: set[str] = set()
    for tag, attributes in _IN_TAG.findall(page):
        names.add(tag.lower())
        for double, single in _NAMES.findall(attributes):
            names.update((double or single).split())
    return frozenset(names)


@lru_cache(maxsize=8192)  # Parts of pages.
def properties_in(text: str) -> frozenset[str]:
    """The custom properties that a page or a script names."""
    return frozenset(_NAMED.findall(text))


@lru_cache(maxsize=64)
def words_in_script(script: str) -> frozenset[str]:
    """Every word of a script: it may make an element or set a class of that name."""
    return frozenset(_WORD.findall(script))


@lru_cache(maxsize=64)
def read(css: str) -> tuple[Rule, ...]:
    """The rules of a style sheet; a preview asks for the same ones at every save."""
    return tuple(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(nodes: Iterable[Node]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "at-rule":
            yield _at_rule(node)
        elif node.type == "qualified-rule":
            yield Rule(_text(node.prelude), _declarations(node.content))
        elif node.type not in ("comment", "whitespace"):
            raise UnknownStyle(getattr(node, "message", node.type))


def _at_rule(node: Node) -> Rule:
    name = node.lower_at_keyword
    head = f"@{name} {_text(node.prelude)}".strip()
    if node.content is None:
        return Rule(head)
    if name in _NESTS or name.endswith("keyframes"):
        inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        return Rule(head, rules=list(_rules(inner)))
    return Rule(head, _declarations(node.content))


def _declarations(content: list[Node]) -> list[tuple[str, str]]:
    found = []
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            # A slip in one declaration costs that declaration, as in a browser.
            if node.type == "error":
                continue
            raise UnknownStyle(f"{node.type} inside a rule")
        value = _text(node.value) + ("!important" if node.important else "")
        found.append((node.name, value))
    return found


def _text(tokens: list[Node]) -> str:
    kept = [token for token in tokens if token.type != "comment"]
    return re.sub(r"\s+", " ", tinycss2.serialize(kept)).strip()


def possible(selector: list[Node], names: Collection[str]) -> bool:
    """Whether an element that the selector means can occur."""
    before = ""
    for token in selector:
        value = token.value if token.type in ("ident", "hash", "literal") else ""
        if token.type == "hash" and value not in names:
            return False
        # A name after a colon is a state or a part, not an element.
        if token.type == "ident" and before != ":":
            name = value if before == "." else value.lower()
            if name not in names:
                return False
        before = value if token.type == "literal" else ""
    return True


def subset(rules: Iterable[Rule], names: Collection[str]) -> list[Rule]:
    """The rules that can apply where only these names occur."""
    kept = []
    for rule in rules:
        if rule.head.startswith("@"):
            keyframes = rule.head.split()[0].endswith("keyframes")
            inner = rule.rules if rule.rules is None or keyframes else subset(rule.rules, names)
            if inner or rule.rules is None:
                kept.append(Rule(rule.head, rule.declarations, inner))
            continue
        heads = [head for head in _selectors(rule.head) if possible(head, names)]
        if heads and rule.declarations:
            kept.append(Rule(",".join(_text(head) for head in heads), rule.declarations))
    return kept


def selectors(head: str) -> list[str]:
    """The selectors of a rule, one by one."""
    return [_text(selector) for selector in _selectors(head)]


@lru_cache(maxsize=20_000)
def _selectors(head: str) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for token in tinycss2.parse_component_value_list(head):
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _every(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        yield rule
        yield from _every(rule.rules or ())


def without_unused(rules: list[Rule], words: Collection[str]) -> list[Rule]:
    """The rules without properties, motions and fonts that neither they nor ``words`` name."""
    while True:
        values = [value for rule in _every(rules) for _, value in rule.declarations]
        used = set(_PROPERTY.findall(" ".join(values))) | set(words)
        said = " ".join(values)
        fresh = _drop(rules, used, said)
        if fresh == rules:
            return rules
        rules = fresh


def _drop(rules: list[Rule], used: Collection[str], said: str) -> list[Rule]:
    kept = []
    for rule in rules:
        kind, _, name = rule.head.partition(" ")
        if kind.endswith("keyframes"):
            if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said):
                kept.append(rule)
            continue
        if kind == "@font-face":
            family = dict(rule.declarations)["font-family"].strip("\"'")
            # Its own rule says the name once.
            if family in used or said.replace("\\ ", " ").count(family) > 1:
                kept.append(rule)
            continue
        inner = None if rule.rules is None else _drop(rule.rules, used, said)
        stay = [(n, v) for n, v in rule.declarations if not n.startswith("--") or n in used]
        if inner or stay or (kind.startswith("@") and rule.rules is None):
            kept.append(Rule(rule.head, stay, inner))
    return kept


def write(rules: Iterable[Rule]) -> str:
    """The rules as a style sheet without needless spaces, neighbors of one head joined."""
    said: list[str] = []
    for rule in rules:
        if rule.rules is not None:
            said.append(f"{rule.head}{{{write(rule.rules)}}}")
        elif rule.declarations:
            said.append(f"{rule.head}{{{';'.join(f'{n}:{v}' for n, v in rule.declarations)}}}")
        else:
            said.append(f"{rule.head};")
    return "\n".join(said)
