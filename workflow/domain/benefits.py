"""What a group asks for of the benefits that its programme pays in money."""

from workflow.domain.definition.model import MONEY, Definition
from workflow.domain.events import Facts


def asked_for(definition: Definition, facts: Facts) -> dict[str, int]:
    """Benefit to IDR, from the fact of the plan that is called like it; a benefit without one is left out.

    Source: docs/decisions/outcomes.md.
    """
    plan = facts.get("plan")
    paid = (name for name, benefit in definition.benefits.items() if benefit.unit == MONEY)
    asked = {name: plan.get(name) for name in paid} if isinstance(plan, dict) else {}
    return {name: value for name, value in asked.items() if isinstance(value, int) and not isinstance(value, bool)}
