"""The bare Flask route that P7 compares with: one INSERT and its commit, under the server and threads that we use."""

import os
from threading import local

import psycopg
from flask import Flask

from bench.raw import BODY

app = Flask("bare")
_mine = local()


@app.post("/insert")
def insert() -> tuple[dict[str, bool], int]:
    """One row."""
    if not hasattr(_mine, "connection"):
        _mine.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    _mine.connection.execute("INSERT INTO raw_events (stream, version, body) VALUES ('bare', 1, %s)", (BODY,))
    return {"done": True}, 200
