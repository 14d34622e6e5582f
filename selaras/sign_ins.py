"""The demo's people as the launcher shows them: each office with those who may sign in for it."""

from selaras.demo.people import LEADERS, OFFICES, POSTS

WIDTH = 48


def sign_ins() -> list[str]:
    """One line an office, and one for the group leaders; the demo asks for no password."""
    lines = [_line("Group leaders", [LEADERS[0], f"{LEADERS[1]} … {LEADERS[-1]}"])]
    for office in OFFICES:
        names = [post.person for post in POSTS if post.office == office.office]
        lines.append(_line(office.title.en, names))
    return lines


def _line(office: str, names: list[str]) -> str:
    return f"  {office:<{WIDTH}} {' '.join(names)}"
