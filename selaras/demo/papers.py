"""Papers and people of the demo's groups: plainly synthetic, the same at every load."""

from typing import Any

from selaras.demo.places import KLASTER, PADAT_KARYA, TKM
from selaras.demo.regions import CLASSES, Region

PLANS = {
    TKM: ((11_000_000, 7_000_000), (11_000_000, 6_000_000), (8_500_000, 5_000_000)),
    PADAT_KARYA: ((6_000_000, 3_500_000),),
    KLASTER: ((8_000_000, 4_000_000), (7_000_000, 6_000_000)),
}
"""IDR for tools, to which some are added, and for materials. Every third group would fit the province's programme."""
MOST = 32
"""Members of a group, so that no two groups of the demo share a person."""


def facts(programme: str, group: int, region: Region, members: int = 10, **over: Any) -> dict[str, Any]:
    """Facts of the demo's group of this number, in a district of this region."""
    district = f"{region.code}.{region.districts[group % len(region.districts)]}"
    potential = region.potentials[group % len(region.potentials)]
    workers = {"workers_now": 1 + group % 3, "workers_target": 8 + group % 5}
    tools, materials = PLANS[programme][group % len(PLANS[programme])]
    plan = {"tools": tools + 100_000 * (group % 10), "materials": materials, **workers}
    if programme == KLASTER:
        plan |= {"capital": plan["tools"] + plan["materials"], "buyers": 1 + group % 4}
    known = {"group": f"Kelompok Contoh {group:02d}", "potential": potential, "plan": plan, **over}
    return {
        "region": district,
        "sector": CLASSES[known["potential"]],
        "members": [member(group, number, district) for number in range(1, members + 1)],
        **known,
    }


def member(group: int, number: int, region: str) -> dict[str, str]:
    """A person who does not exist: the first leads, the second keeps the money."""
    serial = group * MOST + number
    year, month, day = 1980 + serial * 7 % 22, 1 + serial % 12, 1 + serial % 28
    woman = 40 if number % 2 == 0 else 0
    return {
        "name": f"Anggota Contoh {group:02d}-{number:02d}",
        "nik": f"{region.replace('.', '')}{day + woman:02d}{month:02d}{year % 100:02d}{1 + serial % 9999:04d}",
        "born": f"{year}-{month:02d}-{day:02d}",
        "phone": f"0812000{serial:05d}",
        "role": {1: "leader", 2: "treasurer"}.get(number, "member"),
    }


def paper(title: str) -> bytes:
    """A one-page PDF that says it is a demo's; `title` in ASCII."""
    text = f"BT /F1 16 Tf 72 740 Td ({title}) Tj 0 -28 Td /F1 11 Tf (Dokumen contoh, sintetis. Demo document.) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    )
    out, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{out}{end}startxref\n{len(out)}\n%%EOF\n".encode("ascii")
