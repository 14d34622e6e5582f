"""Two programmes side by side, by the bounds of their dimensions and by their benefits; never by a guard's text."""

from collections.abc import Iterable

from workflow.domain.definition.model import Definition, Dimension
from workflow.domain.regions import covers


def comparable(definition: Definition) -> bool:
    """True for a programme that serves groups: it has dimensions and benefits. A permit or an alignment has none."""
    return bool(definition.eligibility and definition.benefits)


def meet(one: Dimension, other: Dimension) -> bool:
    """True where some value lies within the bounds of both."""
    least = max((bound for bound in (one.min, other.min) if bound is not None), default=None)
    most = min((bound for bound in (one.max, other.max) if bound is not None), default=None)
    if least is not None and most is not None and least > most:
        return False
    if one.in_ is not None and other.in_ is not None and not set(one.in_) & set(other.in_):
        return False
    if one.under is None or other.under is None:
        return True
    return any(touch(a, b) for a in one.under for b in other.under)


def touch(one: str, other: str) -> bool:
    """True where one region lies under the other."""
    return covers(one, other) or covers(other, one)


def serves(definition: Definition, region: str) -> bool:
    """True where every dimension on regions leaves room for this one."""
    return all(
        rule.under is None or any(touch(code, region) for code in rule.under)
        for rule in definition.eligibility.values()
    )


def apart(one: Definition, other: Definition) -> tuple[str, ...]:
    """The common dimensions of which no value fits both."""
    return tuple(
        name
        for name, rule in one.eligibility.items()
        if name in other.eligibility and not meet(rule, other.eligibility[name])
    )


def shared_benefits(one: Definition, other: Definition) -> tuple[str, ...]:
    return tuple(sorted(one.benefits.keys() & other.benefits.keys()))


def overlap(one: Definition, other: Definition, region: str) -> bool:
    """True where a group of a region can be a case of both programmes and get a benefit that both give."""
    return bool(not apart(one, other) and shared_benefits(one, other) and serves(one, region) and serves(other, region))


def payers(definitions: Iterable[Definition], item: str) -> tuple[str, ...]:
    """The agencies that pay for a benefit, each once."""
    return tuple(dict.fromkeys(d.benefits[item].payer for d in definitions if item in d.benefits))


def ordered(one: str, other: str) -> tuple[str, str]:
    """Two programmes in the order in which every figure and finding names them."""
    return (one, other) if one <= other else (other, one)
