"""How the training went, in one line: the diagnosis of the learning curve and both losses of the kept evaluation."""

from boletim.reports.page.context import Context


def training_line(context: Context) -> str:
    """Empty for a model whose training was not seen."""
    curve = context.card.audit.curve
    if curve is None:
        return ""
    name = context.text(f"curve.diagnoses.{curve.diagnosis.replace(' ', '_')}")
    diagnosis = name[:1].upper() + name[1:]
    if curve.kept_step is None or curve.kept_train_loss is None or curve.kept_validation_loss is None:
        return context.text("page_two.training_only", diagnosis=diagnosis)
    return context.text(
        "page_two.training_kept",
        diagnosis=diagnosis,
        step=context.numbers.count(curve.kept_step),
        train=context.numbers.number(curve.kept_train_loss, 3),
        validation=context.numbers.number(curve.kept_validation_loss, 3),
    )
