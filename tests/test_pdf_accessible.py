"""The PDF as a screen reader gets it, judged by two checkers that are not ours.

Typst itself refuses to write a PDF/UA-1 file that breaks what it knows of the standard. Here
``page-validation`` tests the rules of PDF/UA-1 that a machine can test, and ``outloud`` also
what no validator does: empty headers, shredded lists, text outside the tags. Neither knows
whether an alternative text is true, or how a given screen reader speaks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from conftest import House
from printing import CASES, SETTINGS, Made, small
from test_pdf_forms import printed

NOT_FAULTS = {
    # Running heads and the repeated heads of tables are artifacts by right; where one stands on
    # few pages, the checker takes it for text.
    "TAG-002",
}
WAYS = (
    {"form": "book"},
    {"paper": "letter"},
    {"form": "large"},
    {"form": "grey"},
    {"chapter": "herring-year"},
)


def faults_by_rules(path: Path) -> list[str]:
    """What breaks a rule of PDF/UA-1."""
    page = pytest.importorskip("page", reason="page-validation is not installed")
    report = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)
    assert report.rules.total > 90
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def faults_for_listeners(path: Path) -> list[str]:
    """What a listener would miss."""
    pytest.importorskip("outloud", reason="outloud is not installed")
    run = subprocess.run(
        [str(Path(sys.executable).with_name("outloud")), "--json", "-", "--quiet", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(run.stdout[run.stdout.index("{") :])
    return [
        f"{found['rule']}, page {found.get('page')}: {found['message']}: {found.get('evidence')}"
        for found in findings(report)
        if found["severity"] == "error" and found["rule"] not in NOT_FAULTS
    ]


def findings(report: object) -> list[dict]:
    """Everything a report of ``outloud`` holds against a file."""
    if isinstance(report, dict):
        if {"rule", "severity", "message"} <= set(report):
            return [report]
        report = list(report.values())
    return (
        [found for part in report for found in findings(part)] if isinstance(report, list) else []
    )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
@pytest.mark.parametrize("checker", [faults_by_rules, faults_for_listeners])
def test_no_checker_finds_a_fault(house: House, way, checker):
    assert checker(printed(house, **way)) == []


@pytest.mark.parametrize("checker", [faults_by_rules, faults_for_listeners])
def test_no_checker_finds_a_fault_in_the_book_of_everything(tmp_path, monkeypatch, checker):
    monkeypatch.syspath_prepend(str(CASES))
    made = Made(CASES / "book", tmp_path / "out", **SETTINGS)
    assert checker(made.pdf) == []


@pytest.mark.parametrize("checker", [faults_by_rules, faults_for_listeners])
def test_the_checkers_do_find_faults(tmp_path, checker):
    made = small(tmp_path, "# Chapter\n\nText.\n")
    writer = pypdf.PdfWriter(clone_from=made.pdf)
    del writer._root_object["/StructTreeRoot"]
    bare = tmp_path / "bare.pdf"
    writer.write(bare)
    assert checker(bare)
