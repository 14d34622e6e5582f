"""What agencies are called: an order gives one its title, and the directory keeps it."""

from workflow.domain.directory import AgencyTitled, Directory, Order
from workflow.domain.events import Kind
from workflow.domain.reasons import stated, why
from workflow.domain.refusal import Refused, Unchanged
from workflow.domain.words import Text


class TitleAgency(Order, frozen=True, kw_only=True):
    agency: str
    """One to which an office belongs."""
    title: Text


def title_agency(directory: Directory, order: TitleAgency) -> tuple[Kind, ...]:
    """The event that gives an agency its title. Raises Refused, Unchanged where it has it already."""
    if directory.titles.get(order.agency) == order.title:
        raise Unchanged
    reasons = [*stated(order.title.id, "title.id"), *stated(order.title.en, "title.en")]
    if all(office.agency != order.agency for office in directory.offices.values()):
        reasons.append(why("agency.unknown", "agency", agency=order.agency))
    if reasons:
        raise Refused(tuple(reasons))
    return (AgencyTitled(agency=order.agency, title=order.title),)
