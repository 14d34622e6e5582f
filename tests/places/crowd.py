"""One of several processes that release, raise and transfer places at once: `python -m tests.places.crowd SEED STEPS`.

The address of the database comes from the environment. It follows the log as a worker does, and steps at random.
"""

import os
import random
import sys
import threading
from pathlib import Path

from tests.places.small import ALIGNMENT, CITIES, COORD, LEADER, OFFICER, SMALL, quota, year
from workflow.asks import ActionAsk, OpenAsk
from workflow.domain.refusal import Refused
from workflow.domain.transfers import AskTransfer, Side
from workflow.engine import Engine
from workflow.projections.following import Follower
from workflow.projections.runner import Runner
from workflow.reactions_known import reacting
from workflow.settings import Settings
from workflow.streams import Busy


class Crowd:
    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine, self.chance, self.seed = engine, random.Random(seed), seed
        self.groups: list[str] = []
        self.busy = 0

    def step(self, number: int) -> None:
        """A group may come; then a place is released, set or transferred."""
        if not self.groups or self.chance.random() < 0.7:
            self.come()
        what = self.chance.random()
        try:
            if what < 0.5:
                self.release()
            elif what < 0.8:
                city = self.chance.choice(CITIES)
                places = self.chance.randrange(2, 120)
                self.engine.registry.set_quota(SMALL, quota(city, places, f"{self.seed}/{number}"), by="admin")
            else:
                self.transfer()
        except (Refused, Busy):
            self.busy += 1

    def come(self) -> None:
        ask = OpenAsk(programme=SMALL, facts={"region": f"{self.chance.choice(CITIES)}.01"})
        try:
            ref = self.engine.casework.handle(None, ask, LEADER).case.ref
            self.groups.append(ref)
            self.engine.casework.handle(ref, ActionAsk(action="submit"), LEADER)
        except Busy:
            self.busy += 1

    def release(self) -> None:
        ref = self.groups.pop(self.chance.randrange(len(self.groups)))
        self.engine.casework.handle(ref, ActionAsk(action="withdraw"), LEADER)

    def transfer(self) -> None:
        one, other = self.chance.sample(CITIES, 2)
        order = AskTransfer(
            alignment=ALIGNMENT,
            giving=Side(programme=SMALL, region=one),
            receiving=Side(programme=SMALL, region=other),
            year=year(),
            places=1,
            reason="Uji serentak",
        )
        transfer = self.engine.transfers.ask(order, by=OFFICER).transfer.transfer
        self.engine.transfers.approve(transfer, None, by=COORD)


def main(seed: str, steps: str) -> None:
    settings = Settings(
        database_url=os.environ["DATABASE_URL"],
        broker_url="memory://",
        data_dir=Path(os.environ["DATA_DIR"]),
        master_key=b"k" * 32,
    )
    with Engine.open(settings, pool_size=4) as engine:
        runner = Runner(engine.pool, engine.log, reacting(engine))
        stop = threading.Event()
        following = threading.Thread(target=Follower(runner).run, args=[stop])
        following.start()
        crowd = Crowd(engine, int(seed))
        for number in range(int(steps)):
            crowd.step(number)
        stop.set()
        following.join()
    print(crowd.busy, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
