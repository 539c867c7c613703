"""Formulas in the printed course: drawings set by ziamath, with their LaTeX as the spoken text."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes

from sourcebook.pdf.base import Base
from sourcebook.pdf.markup import call, literal

SIZE = 10.5
"""Points, as the text around a formula; scaled with it where a form sets larger type."""


class Drawing(NamedTuple):
    """A formula as SVG: its size and how far it goes below the line, in units of the text's."""

    svg: str
    width: float
    height: float
    depth: float


class FormulaFault(ValueError):
    """Why a formula cannot be drawn."""


def draw(latex: str, *, display: bool) -> Drawing:
    """Draw a formula; raises FormulaFault where it is none, or where ziamath is missing."""
    try:
        import ziamath
    except ModuleNotFoundError:
        raise FormulaFault("drawing it needs ziamath: pip install 'sourcebook[math]'") from None
    try:
        formula = ziamath.Latex(latex, size=SIZE, inline=not display)  # type: ignore[attr-defined]
        svg = str(formula.svg())
        found = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg)
        assert found is not None
        _, top, width, height = map(float, found.groups())
    except Exception as error:  # whatever a formula that is none makes it raise
        raise FormulaFault(f"it is no LaTeX that ziamath knows ({error})") from error
    return Drawing(svg, width / SIZE, height / SIZE, (top + height) / SIZE)


class FormulaMixin(Base):
    """Formulas in lines and on lines of their own."""

    def on_math(self, node: nodes.Element) -> str:
        picture = self._formula(node, display=False)
        return picture or call("code", literal(node.astext()))

    def on_math_block(self, node: nodes.Element) -> str:
        picture = self._formula(node, display=True)
        body = call("formula", body=picture) if picture else ""
        stand_in = call("listing", literal(node.astext()), kind='"code"')
        return self.block(node, self.anchor(node) + (body or stand_in))

    def _formula(self, node: nodes.Element, *, display: bool) -> str:
        """The formula's picture, or a warning and nothing."""
        latex = node.astext().strip()
        try:
            drawing = draw(latex, display=display)
        except FormulaFault as fault:
            self.warn(f"the PDF prints a formula as its LaTeX text: {fault}", node, "math")
            return ""
        name = f"images/formula-{hashlib.sha256(drawing.svg.encode()).hexdigest()[:16]}.svg"
        target = Path(self.builder.outdir) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(drawing.svg, encoding="utf-8")
        size = {"width": f"{drawing.width:.3f}em", "height": f"{drawing.height:.3f}em"}
        picture = call("picture", literal(name), alt=literal(f"formula: {latex}"), **size)
        return call("box", baseline=f"{drawing.depth:.3f}em", body=picture)
