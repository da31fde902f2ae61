"""The decision's box: which copy is signed, what an approval needs first, and whom to ask."""

from typing import Any

from boletim.reports.page.context import Context

_OUTCOMES = ("reject", "approve", "approve with conditions")
_N_NAMED = 3


def decision_boxes(context: Context) -> dict[str, Any]:
    """What may be decided, ticked where the owner said so, and the steps to each decision."""
    decision = context.card.provided.decision
    review = decision.next_review if decision else None
    approving = _to_approve(context)
    return {
        "is_example": context.card.provided.example,
        "choices": [
            {
                "text": context.text(f"front.choices.{outcome.replace(' ', '_')}.name"),
                "means": context.text(f"front.choices.{outcome.replace(' ', '_')}.means"),
                "is_ticked": decision is not None and decision.outcome == outcome,
            }
            for outcome in _OUTCOMES
        ],
        "conditions": list(decision.conditions) if decision else [],
        "needs_waiver": bool(approving),
        "steps": [context.text("front.to_reject"), approving] if approving else [context.text("front.boxes_rule")],
        "review": context.numbers.date(review.isoformat()) if review else None,
        "signatory": signatory(context),
        "may_sign": may_sign(context),
    }


def signatory(context: Context) -> str | None:
    """Who signs, as the owner says it, or who decided."""
    provided = context.card.provided
    return provided.signatory or (provided.decision.by if provided.decision else None)


def may_sign(context: Context) -> str:
    """Who may sign; where nobody said so, whom to ask; of an example, that nobody does."""
    if context.card.provided.example:
        return context.text("front.example")
    who, provided = signatory(context), context.card.provided
    if who:
        return context.text("front.may_sign", who=who)
    owner, contact = provided.owner, provided.contact
    if not owner and not contact:
        return context.text("front.may_sign_unknown")
    whom = context.text("front.whom", owner=owner, contact=contact) if owner and contact else owner or contact
    return context.text("front.may_sign_ask", whom=whom)


def _to_approve(context: Context) -> str:
    """The steps to an approval where gates failed: a waiver of each, on a card that is drawn anew; else empty."""
    failed = [gate for gate in context.card.gates if gate.status == "fail" and not gate.is_waived]
    if not failed:
        return ""
    names = [f"“{context.measure_name(gate.measure)}”" for gate in failed]
    named = ", ".join(names[:_N_NAMED]) + (" …" if len(names) > _N_NAMED else "")
    return context.text("front.to_approve" if len(names) == 1 else "front.to_approve_each", names=named)
