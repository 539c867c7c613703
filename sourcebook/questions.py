"""Discussion questions with, nested beside each, what the teacher needs.

``{question}`` has a permanent id that is never used again; ``{guidance}``, ``{scoring}`` and
``{sample}`` are for the teacher's edition (``editions`` takes them out of the student's).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .chapters import parse_range
from .errors import SourcebookError
from .passages import ParaRole

logger = logging.getLogger(__name__)

KINDS = {
    "recall": "Recall",
    "source": "Working with the source",
    "comparison": "Comparison",
    "evaluation": "Evaluation",
    "today": "Then and now",
}
SKILLS = (
    "sourcing",
    "contextualization",
    "corroboration",
    "close reading",
    "quantitative reading",
    "argument",
)


class Question(NamedTuple):
    """A question as the question bank knows it."""

    id: str
    docname: str
    kind: str
    skill: str
    paragraphs: tuple[str, ...]
    minutes: int


def _choice(options: Iterable[str]) -> Any:
    known = tuple(options)
    return lambda argument: directives.choice(argument, known)


class QuestionDirective(SphinxDirective):
    """A discussion question; its argument is its permanent id."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "kind": _choice(KINDS),
        "paragraphs": directives.unchanged_required,
        "skill": _choice(SKILLS),
        "minutes": directives.positive_int,
    }

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        question = self._record()
        domain = question_domain(self.env)
        number = 1 + sum(q.docname == self.env.docname for q in domain.questions.values())
        domain.note_question(question, self.get_location())
        box = nodes.container(classes=["question", f"question-{question.kind}"])
        box["question_id"] = question.id
        self.set_source_info(box)
        box.append(nodes.target("", "", ids=[question.id]))
        box.append(self._head(question, number))
        box.extend(self.parse_content_to_nodes())
        return [box]

    def _record(self) -> Question:
        missing = [key for key in self.option_spec if key not in self.options]
        if missing:
            raise self.error(f"question {self.arguments[0]} has no {', '.join(missing)}")
        try:
            paragraphs = tuple(parse_range(self.options["paragraphs"]))
        except SourcebookError as error:
            raise self.error(str(error)) from error
        return Question(
            self.arguments[0],
            self.env.docname,
            self.options["kind"],
            self.options["skill"],
            paragraphs,
            self.options["minutes"],
        )

    def _head(self, question: Question, number: int) -> nodes.Node:
        head = nodes.paragraph(classes=["question-head"])
        self.set_source_info(head)
        head += nodes.strong("", f"Question {number}")
        head += nodes.Text(f" · {KINDS[question.kind]} · {question.skill} · ")
        cited, _ = ParaRole()(
            "para", "", self.options["paragraphs"], self.lineno, self.state.inliner
        )
        head += cited
        head += nodes.Text(f" · {question.minutes} minutes · {question.id}")
        return head


class _TeacherBlock(SphinxDirective):
    """A box that only the teacher's edition shows; its argument says from whom it is."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    kind: ClassVar[str]
    heading: ClassVar[str]

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        box = nodes.admonition(classes=[self.kind])
        self.set_source_info(box)
        box += nodes.title("", self._title())
        box += self._content()
        return [box]

    def _title(self) -> str:
        if not self.arguments:
            return self.heading
        return f"{self.heading.partition(',')[0]}, from {self.arguments[0]}"

    def _content(self) -> list[nodes.Node]:
        """Its nodes, whose ids are counted by themselves: students' have no gaps."""
        settings = self.state.document.settings
        before, settings.auto_id_prefix = settings.auto_id_prefix, "teacher-"
        try:
            return self.parse_content_to_nodes()
        finally:
            settings.auto_id_prefix = before


class GuidanceDirective(_TeacherBlock):
    """What a good answer contains. Shown in the teacher edition only."""

    kind, heading = "guidance", "Guidance"


class ScoringDirective(_TeacherBlock):
    """Levels of an answer, best first. Shown in the teacher edition only."""

    kind, heading = "scoring", "Rubric"


class SampleDirective(_TeacherBlock):
    """An answer as a student might give it. Shown in the teacher edition only."""

    kind, heading = "sample", "Sample answer, written for the course"


class TeacherDirective(_TeacherBlock):
    """A note on teaching this part. Shown in the teacher edition only."""

    kind, heading = "teacher", "For the teacher"


class QuestionDomain(Domain):
    """The question bank: every question of the course by its id."""

    name = "question"
    label = "Questions"
    data_version = 2
    initial_data = {"questions": {}, "answers_page": {}}  # noqa: RUF012

    @property
    def questions(self) -> dict[str, Question]:
        """Question id → its record, in reading order."""
        return self.data["questions"]  # type: ignore[no-any-return]

    def note_question(self, question: Question, location: Any) -> None:
        """Record a question; an id that is used twice is an error of the course."""
        other = self.questions.get(question.id)
        if other is not None:
            logger.warning(
                f"question id {question.id} is used in {other.docname} already: choose a new one",
                type="sourcebook",
                subtype="question",
                location=location,
            )
        self.questions[question.id] = question

    def clear_doc(self, docname: str) -> None:
        for id in [id for id, q in self.questions.items() if q.docname == docname]:
            del self.questions[id]
        self.data["answers_page"].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        for id, question in otherdata["questions"].items():
            if question.docname in docnames:
                self.questions[id] = question
        self.data["answers_page"].update(
            {docname: True for docname in otherdata["answers_page"] if docname in docnames}
        )

    def resolve_any_xref(self, *args: Any) -> list[tuple[str, nodes.Element]]:
        return []


def question_domain(env: BuildEnvironment) -> QuestionDomain:
    """The course's question bank."""
    domain = env.get_domain("question")
    assert isinstance(domain, QuestionDomain)
    return domain


def setup(app: Sphinx) -> None:
    """Register questions and the teacher's blocks."""
    app.add_domain(QuestionDomain)
    app.add_directive("question", QuestionDirective)
    app.add_directive("guidance", GuidanceDirective)
    app.add_directive("scoring", ScoringDirective)
    app.add_directive("sample", SampleDirective)
    app.add_directive("teacher", TeacherDirective)
