"""Synthetic members and the schema that holds them."""

from typing import Any

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["group", "members"],
    "additionalProperties": False,
    "properties": {
        "group": {"type": "string", "minLength": 3},
        "region": {"type": "string"},
        "members": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {
                "type": "object",
                "x-person": "nik",
                "required": ["name", "nik", "born", "phone", "role"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "x-personal": True, "minLength": 2, "maxLength": 120},
                    "nik": {"type": "string", "x-personal": True, "format": "nik"},
                    "born": {"type": "string", "x-personal": True, "format": "date"},
                    "phone": {"type": "string", "x-personal": True, "format": "phone"},
                    "children": {"type": "integer", "x-personal": True, "minimum": 0},
                    "role": {"enum": ["leader", "treasurer", "secretary", "member"]},
                },
            },
        },
    },
}


def member(number: int = 1, role: str = "member", **changed: Any) -> dict[str, Any]:
    """A member born on 1 March 1990, told from others by the NIK's serial."""
    return {
        "name": f"Anggota Contoh {number}",
        "nik": f"727101010390{number:04d}",
        "born": "1990-03-01",
        "phone": f"0812345{number:05d}",
        "role": role,
        **changed,
    }


def group(members: int = 3, **changed: Any) -> dict[str, Any]:
    listed = [member(n) for n in range(1, members + 1)]
    return {"group": "Bawang Goreng Talise", "members": listed, **changed}
