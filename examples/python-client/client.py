"""Pushes numbered messages to a room, a hundred a second, through whichever managers are there."""

import random
import sys
import time
import uuid

import grpc
from google.rpc.error_details_pb2 import RetryInfo
from grpc_status import rpc_status

from managers import Managers, protos

PAUSE = 0.01
ATTEMPT = 2.0
GIVE_UP = 30.0
FIRST_BACK_OFF = 0.02
MAX_BACK_OFF = 1.0

# What another manager may well take. Of other failures, a retry helps where the manager says when.
WORTH_REPEATING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


def push(managers: Managers, room: str, text: str) -> int:
    """Pushes once, however often it takes, and returns how often it repeated.

    Every attempt carries the same message_id, so that one which failed on its way back and is repeated at another
    manager still reaches each client once.
    """
    request = protos.PushToRoomRequest(
        room_id=room,
        content={"type": "TEXT", "data": text},
        options={"message_id": str(uuid.uuid4())},
    )
    give_up_at = time.monotonic() + GIVE_UP
    back_off = FIRST_BACK_OFF
    repeated = 0
    while True:
        try:
            managers.stub().PushToRoom(request, timeout=ATTEMPT)
            return repeated
        except grpc.RpcError as error:
            asked = retry_delay(error)
            delay = random.uniform(0, back_off) if asked is None else asked
            is_worth_repeating = asked is not None or error.code() in WORTH_REPEATING
            if not is_worth_repeating or time.monotonic() + delay > give_up_at:
                raise
            print(f"{text} is repeated: {error.code().name} {error.details()}", file=sys.stderr)
            time.sleep(delay)
            back_off = min(2 * back_off, MAX_BACK_OFF)
            repeated += 1


def retry_delay(error: grpc.RpcError) -> float | None:
    """Seconds that the manager asks to wait, where it does."""
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        retry = RetryInfo()
        if detail.Unpack(retry):
            return retry.retry_delay.ToTimedelta().total_seconds()
    return None


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(usage())
    where, room, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with Managers(where) as managers:
        repeated = 0
        for i in range(1, count + 1):
            repeated += push(managers, room, f"message {i}")
            time.sleep(PAUSE)
    print(f"pushed {count}, repeated {repeated}")


def usage() -> int:
    print(
        "usage: python client.py MANAGERS ROOM COUNT\nMANAGERS: host:port,host:port or etcd://host:port",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    main()
