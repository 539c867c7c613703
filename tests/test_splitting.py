"""Finding a text's paragraphs in whatever file a teacher has of it."""

from __future__ import annotations

import random
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
import sample_maps as making
from conftest import LETTER, ROOT, SAMPLE

from sourcebook import splitting
from sourcebook.errors import SourcebookError
from sourcebook.prints import count_words, fingerprints, hash_of, kept_offsets, words_of
from sourcebook.readers import plain, read_file
from sourcebook.splitting import Split, split_files
from sourcebook.texts import TextMap, read_maps


def split(text: str, maps: Sequence[TextMap]) -> Split:
    """Split plain text."""
    return splitting.split(plain(text), maps)


@dataclass(frozen=True)
class Subject:
    """A text with its maps: its paragraphs in order, and the lines that are none."""

    text: str
    maps: Sequence[TextMap]
    paragraphs: dict[str, str]
    others: list[tuple[str, str]]

    @property
    def lines(self) -> list[str]:
        """Headings, paragraphs and notes."""
        return [line for line in self.text.split("\n") if line]


def subject(text: str, maps: Sequence[TextMap]) -> Subject:
    """What a text holds by its lines alone, found without the splitter."""
    ids = {p.prints: p.id for m in maps for p in m.paragraphs}
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    known = {ids[fingerprints(line)]: line for _, line in lines if fingerprints(line) in ids}
    others = [(f"line {n}", line) for n, line in lines if fingerprints(line) not in ids]
    return Subject(text, maps, known, others)


@pytest.fixture(scope="module")
def sample(sample_maps: list[TextMap]) -> Subject:
    """The made-up essay and the letter, one after the other."""
    return subject(
        f"{SAMPLE.read_text(encoding='utf-8')}\n{LETTER.read_text(encoding='utf-8')}", sample_maps
    )


@pytest.fixture(scope="module", params=["sample", "real"])
def given(request: pytest.FixtureRequest, sample: Subject) -> Subject:
    """The made-up text, and the real one where it is there."""
    if request.param == "sample":
        return sample
    path: Path = request.getfixturevalue("real_text")
    return subject(path.read_text(encoding="utf-8"), read_maps(ROOT / "book" / "source"))


def texts(found: Split) -> dict[str, str]:
    """Paragraph id → text."""
    return {p.id: p.text for p in found.paragraphs}


def spoken(text: str) -> Counter[str]:
    """A text's words, counted: the splitter's own idea of a word is not used."""
    return Counter(re.findall(r"[^\W_]+", text))


def nothing_lost(text: str, found: Split) -> bool:
    """Whether every word of a file came out exactly once."""
    pieces = [p.text for p in found.paragraphs] + [u.text for u in found.unmatched]
    return spoken(text) == spoken("\n".join(pieces))


def test_maps_match_their_texts() -> None:
    for path, expected in making.maps().items():
        assert path.read_text(encoding="utf-8") == expected, "run tests/sample_maps.py"


def test_sample_is_what_the_tests_need(sample: Subject) -> None:
    assert list(sample.paragraphs) == [*map(str, range(1, 13)), "T1", "T2", "T3", "T4"]
    assert [line[:17] for _, line in sample.others] == [
        "The Almanac of Ga", "by Ebba Thorne", "Author’s note: th", "A letter from the",
    ]  # fmt: skip


def test_real_text_has_its_86_paragraphs(real_text: Path) -> None:
    real = subject(real_text.read_text(encoding="utf-8"), read_maps(ROOT / "book" / "source"))
    assert list(real.paragraphs) == [*map(str, range(1, 80)), *(f"T{n}" for n in range(1, 8))]


def test_round_trip_is_exact(given: Subject) -> None:
    found = split(given.text, given.maps)
    assert texts(found) == given.paragraphs
    assert found.missing == ()
    assert [(u.place, u.text) for u in found.unmatched] == given.others


def wrapped(text: str, width: int) -> str:
    """A text with lines of ``width`` columns, a blank line between paragraphs."""
    fill = textwrap.TextWrapper(width, break_on_hyphens=False, break_long_words=False)
    return "\n\n".join(fill.fill(line) for line in text.split("\n") if line)


def sentences(text: str) -> str:
    """Every sentence a paragraph of its own."""
    return re.sub(r"(?<=[a-z0-9][.?!]) (?=[A-Z“])", "\n\n", text)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "wrapped at 40": lambda text: wrapped(text, 40),
    "wrapped at 72": lambda text: wrapped(text, 72),
    "wrapped, no blank lines": lambda text: wrapped(text, 60).replace("\n\n", "\n"),
    "indented": lambda text: textwrap.indent(wrapped(text, 60), "    "),
    "one line": lambda text: " ".join(text.split()),
    "a sentence a paragraph": sentences,
    "double spaces": lambda text: text.replace(". ", ".  "),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_changes_no_word(given: Subject, layout: str) -> None:
    text = LAYOUTS[layout](given.text)
    found = split(text, given.maps)
    assert found.missing == ()
    assert texts(found) == given.paragraphs
    assert nothing_lost(text, found)


def british(text: str) -> str:
    """Spelled as in London."""
    text = re.sub(r"\b(lab|col|harb|neighb|fav|hon)or", r"\1our", text)
    return re.sub(r"(?<=[a-z])iz(e[sd]?|ing|ation)\b", r"is\1", text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "British": british,
    "straight quotes": lambda text: text.translate(str.maketrans("“”‘’", "\"\"''")),
    "other dashes": lambda text: text.replace(" — ", "--").replace("—", "--").replace("–", "-"),
    "capitals": str.upper,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_is_the_files_own(given: Subject, spelling: str) -> None:
    respell = SPELLINGS[spelling]
    text = respell(given.text)
    assert text != given.text
    found = split(text, given.maps)
    assert texts(found) == {id: respell(line) for id, line in given.paragraphs.items()}
    assert nothing_lost(text, found)


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "Windows-1252": lambda text: text.encode("cp1252"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_does_not_matter(given: Subject, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(ENCODINGS[encoding](given.text))
    found = split_files([path], given.maps)
    assert texts(found) == given.paragraphs
    assert [(u.place, u.text) for u in found.unmatched] == given.others


def with_furniture(text: str) -> str:
    """Printed on pages: a number and a running head after every nineteenth line."""
    lines = wrapped(text, 60).split("\n")
    for n in range(len(lines) // 19, 0, -1):
        lines[19 * n : 19 * n] = [f"{n + 100}", "RUNNING HEAD OF THE QUARTERLY"]
    return "\n".join(lines)


def test_page_furniture_is_no_paragraph(given: Subject) -> None:
    text = with_furniture(given.text)
    found = split(text, given.maps)
    assert texts(found) == given.paragraphs
    heads = [u for u in found.unmatched if u.text == "RUNNING HEAD OF THE QUARTERLY"]
    assert len(heads) == text.count("RUNNING HEAD")
    assert nothing_lost(text, found)


def hyphenated(text: str) -> str:
    """Set in a narrow column: long words broken at the line's end."""
    broken = re.sub(r"\b([a-z]{4,6})([a-z]{4,})\b", "\\1\u00ad\\2", text)
    lines = []
    for line in broken.split("\n"):
        column = textwrap.wrap(line.replace("\u00ad", "- "), 34, break_on_hyphens=False)
        # A hyphen that did not come to stand at a line's end goes away again.
        lines.append("\n".join(re.sub(r"(?<=[a-z])- (?=[a-z])", "", row) for row in column))
    return "\n".join(lines)


def test_line_end_hyphens_are_undone(given: Subject) -> None:
    text = hyphenated(given.text)
    assert text.count("-\n") > 5
    found = split(text, given.maps)
    assert texts(found) == given.paragraphs


def test_a_missing_chapter_is_named(given: Subject) -> None:
    ids = list(given.paragraphs)
    gone = ids[3:8]
    text = "\n".join(
        line for line in given.lines if line not in [given.paragraphs[i] for i in gone]
    )
    found = split(text, given.maps)
    assert found.missing == tuple(gone)
    assert texts(found) == {i: given.paragraphs[i] for i in ids if i not in gone}
    assert nothing_lost(text, found)


def test_only_the_second_text(given: Subject) -> None:
    second = {id: line for id, line in given.paragraphs.items() if id.startswith("T")}
    found = split("\n\n".join(second.values()), given.maps)
    assert texts(found) == second
    assert found.missing == tuple(id for id in given.paragraphs if id not in second)
    assert found.unmatched == ()


def test_texts_in_the_other_order(given: Subject) -> None:
    second = [line for id, line in given.paragraphs.items() if id.startswith("T")]
    first = [line for line in given.lines if line not in second]
    found = split("\n".join(second + first), given.maps)
    assert texts(found) == given.paragraphs
    assert list(texts(found)) == list(given.paragraphs), "the maps' order, not the file's"


def test_another_text_holds_nothing(given: Subject, sample: Subject) -> None:
    chapters = "\n".join(p.read_text(encoding="utf-8") for p in sorted(ROOT.glob("book/*.md")))
    assert len(chapters) > 10_000
    assert split(chapters, given.maps).paragraphs == ()
    if given is not sample:
        assert split(given.text, sample.maps).paragraphs == ()


def test_real_map_finds_nothing_in_the_sample(sample: Subject) -> None:
    real = read_maps(ROOT / "book" / "source")
    assert len(real) == 2
    found = split(sample.text, real)
    assert found.paragraphs == ()
    assert len(found.missing) == 86
    assert nothing_lost(sample.text, found)


def test_no_paragraph_found_is_an_error(sample_maps: list[TextMap], tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("A recipe for bread: flour, water, salt, time. " * 40, encoding="utf-8")
    with pytest.raises(SourcebookError) as caught:
        split_files([path], sample_maps)
    assert caught.value.where == str(path)
    assert "The Almanac of Gannet Stack" in caught.value.message
    assert "A letter from the keeper" in caught.value.message


def test_second_copy_is_unmatched(sample_maps: list[TextMap], tmp_path: Path) -> None:
    again = tmp_path / "again.txt"
    again.write_text(LETTER.read_text(encoding="utf-8"), encoding="utf-8")
    found = split_files([LETTER, again], sample_maps)
    assert [p.id for p in found.paragraphs] == ["T1", "T2", "T3", "T4"]
    assert found.unmatched[-1].text == "Saltmere, October 3, 1896"


def mutated(lines: list[str], seed: int) -> str:
    """A text after a few accidents, the same ones for a seed."""
    chance = random.Random(seed)
    lines = list(lines)
    vocabulary = " ".join(lines).split()
    for _ in range(chance.randint(1, 6)):
        n = chance.randrange(len(lines))
        words = lines[n].split()
        match chance.randrange(9):
            case 0:
                chance.shuffle(lines)
            case 1 if len(lines) > 1:
                del lines[n]
            case 2:
                lines.insert(chance.randrange(len(lines)), lines[n])
            case 3:
                chance.shuffle(words)
                lines[n] = " ".join(words)
            case 4:
                at = chance.randrange(len(words) + 1)
                lines[n] = " ".join(words[:at] + chance.choices(vocabulary, k=12) + words[at:])
            case 5:
                at = chance.randrange(len(words))
                lines[n] = " ".join(words[:at] + words[at + chance.randint(1, 30) :]) or "void"
            case 6:
                at = chance.randrange(len(words))
                lines[n : n + 1] = [" ".join(words[:at]) or "head", " ".join(words[at:])]
            case 7:
                lines[n - 1 : n + 1] = [" ".join(lines[n - 1 : n + 1]) or lines[n]]
            case 8:
                lines[n] = " ".join(word * chance.randint(1, 2) for word in words)
    text = "\n".join(lines)
    return wrapped(text, 60) if chance.random() < 0.2 else text


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_every_word_comes_out_once(given: Subject, start: int) -> None:
    seeds = range(start, start + 20) if len(given.paragraphs) < 50 else range(start, start + 2)
    for seed in seeds:
        text = mutated(given.lines, seed)
        found = split(text, given.maps)
        assert nothing_lost(text, found), f"seed {seed}"
        ids = [p.id for p in found.paragraphs]
        assert len(set(ids)) == len(ids), f"seed {seed}"
        assert sorted({*ids, *found.missing}) == sorted(given.paragraphs), f"seed {seed}"
        rows = text.split("\n")
        for run in found.unmatched:
            assert spoken(run.text) - spoken(rows[int(run.place.split()[1]) - 1]) == Counter(), (
                f"seed {seed}"
            )


@pytest.mark.parametrize("seed", range(40))
def test_headings_stay_out_of_paragraphs(given: Subject, seed: int) -> None:
    """Wherever headings and notes are put between paragraphs, they end in none."""
    chance = random.Random(seed)
    lines = list(given.paragraphs.values())
    notes = ["A Heading of Four", "Note by the editor: this was printed in 1999 on bad paper."]
    for note in notes:
        lines.insert(chance.randrange(len(lines) + 1), note)
    found = split("\n\n".join(lines), given.maps)
    assert sorted(u.text for u in found.unmatched) == sorted(notes)
    assert texts(found) == given.paragraphs


def test_fingerprints_are_a_sample(sample_maps: list[TextMap]) -> None:
    for text_map in sample_maps + read_maps(ROOT / "book" / "source"):
        for paragraph in text_map.paragraphs:
            assert all(re.fullmatch(r"[0-9a-f]{5}", print_) for print_ in paragraph.prints)
            assert len(paragraph.prints) <= paragraph.words / 8 + 2
            assert 1 <= len(paragraph.cue.split()) <= 3


def attack(text_map: TextMap, phrases: dict[str, list[str]]) -> dict[str, dict[int, list[str]]]:
    """A reader's best guesses: paragraph → offset of a kept triple → the phrases that fit."""
    return {
        p.id: {
            at: phrases[print_]
            for at, print_ in zip(kept_offsets(p.words), p.prints, strict=True)
            if print_ in phrases
        }
        for p in text_map.paragraphs
    }


def test_fingerprints_do_not_give_the_text_back(given: Subject) -> None:
    """An attack with every phrase of the course and every triple of its commonest words.

    A word counts as restored where the first guess at its triple is right.
    """
    pages = [p.read_text(encoding="utf-8") for p in sorted(ROOT.glob("book/*.md"))]
    forms = [word.form for page in pages for word in words_of(page)]
    common = [word for word, _ in Counter(forms).most_common(70)]
    seen = Counter(tuple(forms[n : n + 3]) for n in range(len(forms) - 2))
    guesses = [triple for triple, _ in seen.most_common()]
    guesses += [triple for triple in product(common, repeat=3) if triple not in seen]
    phrases: dict[str, list[str]] = {}
    for triple in guesses:
        phrases.setdefault(hash_of(triple), []).append(" ".join(triple))
    assert len(guesses) > 300_000
    right, longest, total = 0, 0, 0
    for text_map in given.maps:
        for id, fits in attack(text_map, phrases).items():
            words = [word.form for word in words_of(given.paragraphs[id])]
            restored = set()
            for at, candidates in fits.items():
                if candidates[0] == " ".join(words[at : at + 3]):
                    restored |= {at, at + 1, at + 2}
            total += len(words)
            right += len(restored)
            run = 0
            for n in range(len(words)):
                run = run + 1 if n in restored else 0
                longest = max(longest, run)
    assert right / total < 0.1, f"{right} of {total} words"
    # Only a paragraph's last triple may touch the one before it.
    assert longest <= 6


def test_cues_stand_in_their_paragraph_alone(given: Subject) -> None:
    cues = {p.id: p.cue for m in given.maps for p in m.paragraphs}
    plain = {id: text.replace("’", "'") for id, text in given.paragraphs.items()}
    for id, cue in cues.items():
        holders = [other for other, text in plain.items() if cue.replace("’", "'") in text]
        assert holders == [id], f"¶{id}: {cue}"


@pytest.mark.parametrize(
    ("paragraph", "words"), [("", 0), ("one", 1), ("a well-known keeper’s lamp", 5)]
)
def test_words_are_counted(paragraph: str, words: int) -> None:
    assert count_words(paragraph) == words


def test_too_short_for_fingerprints() -> None:
    assert fingerprints("two words") == ()


def test_sample_files_are_read_as_they_are() -> None:
    assert read_file(SAMPLE).text == SAMPLE.read_text(encoding="utf-8")
