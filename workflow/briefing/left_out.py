"""What a briefing does not tell, for its reader's office does not reach it: said in so many words, never guessed."""

from workflow.briefing.gathering import Gathered
from workflow.briefing.parts import number
from workflow.domain.findings.comparing import touch
from workflow.regions import regions

MOST_NAMES = 3
"""Regions named; of more only how many there are."""


def left_out(found: Gathered) -> str | None:
    """The sentence, in Indonesian; None where the reader sees everything."""
    hidden = found.hidden
    parts = [
        f"{number(count)} {what}"
        for count, what in (
            (len(hidden.regions), "kota atau kabupaten dengan tempat program"),
            (hidden.findings, "temuan"),
            (
                len(set(_alignments(found, hidden.programmes)) - set(_alignments(found, found.programmes))),
                "penyelarasan",
            ),
        )
        if count
    ]
    if not parts:
        return None
    names = [regions().name(code) for code in hidden.regions] if len(hidden.regions) <= MOST_NAMES else []
    beyond = ", ".join(names) or "sebagian wilayah ini"
    whole = regions().name(found.region) if found.region else "seluruh Indonesia"
    return (
        f"Tidak semuanya ditampilkan: kantor Anda tidak membawahi {beyond}, maka {', '.join(parts)} ditinggalkan."
        f" Mintalah ringkasan ini kepada kantor yang membawahi {whole}"
    )


def told_alignments(found: Gathered) -> tuple[str, ...]:
    """References of the alignments that the briefing tells."""
    return _alignments(found, found.programmes)


def _alignments(found: Gathered, programmes: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        ref
        for ref, alignment in sorted(found.picture.world.alignments.items())
        if programmes & {party.programme for party in alignment.terms.parties}
        and any(touch(found.region, region) for region in alignment.terms.regions)
    )
