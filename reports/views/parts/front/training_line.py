"""How the training went, in one line: the diagnosis of the learning curve and the figures that decided it."""

from boletim.reports.page.context import Context
from boletim.reports.views.parts.search.curve_evidence import because, evidence, is_of_kept


def training_line(context: Context) -> str:
    """Empty for a model whose training was not seen."""
    curve = context.card.audit.curve
    if curve is None:
        return ""
    name = context.text(f"curve.diagnoses.{curve.diagnosis.replace(' ', '_')}")
    diagnosis = name[:1].upper() + name[1:]
    if not is_of_kept(curve):
        return context.text("page_two.training_because", diagnosis=diagnosis, because=because(context, curve))
    found = evidence(context, curve)
    if curve.kept_step is None or not found:
        return context.text("page_two.training_only", diagnosis=diagnosis)
    step = context.numbers.count(curve.kept_step)
    return context.text("page_two.training_kept", diagnosis=diagnosis, step=step, evidence=found)
