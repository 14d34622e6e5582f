"""Alignments as values, for tests: two programmes, and what they agreed on."""

from datetime import UTC, date, datetime
from typing import Any

from workflow.domain.alignments import Alignment, Alignments, Standing
from workflow.domain.terms import LegalBasis, Party, Persons, Terms

OTHER = "padat-karya"


def terms(persons: Persons | None = None, **over: Any) -> Terms:
    """Terms of tkm-kelompok (a) and padat-karya (b) in the city of Palu, for three years."""
    stated: dict[str, Any] = {
        "parties": (
            Party(programme="tkm-kelompok", version=1, agency="kementerian-koperasi"),
            Party(programme=OTHER, version=1, agency="dinas-palu"),
        ),
        "regions": ("72.71",),
        "since": date(2026, 1, 1),
        "until": date(2028, 12, 31),
        "legal_basis": LegalBasis(title="Perjanjian uji", sha256="0" * 64),
        "persons": persons or Persons(rule="exclusive"),
    }
    return Terms(**{**stated, **over})


def alignments(*agreed: Terms, standing: Standing = "in_force") -> Alignments:
    """All alignments there are, one for each of the terms."""
    known = {}
    for number, one in enumerate(agreed, start=1):
        ref = f"PENYELARASAN-{number}"
        known[ref] = Alignment(
            ref=ref,
            standing=standing,
            terms=one,
            hash="0" * 64,
            changed=datetime(2026, 1, 1, tzinfo=UTC),
            position=number,
        )
    return Alignments(version=len(known), known=known)
