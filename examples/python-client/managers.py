"""Where the managers are, and one channel to all of them."""

import base64
import json
import socket
import sys
import time
import urllib.request
from pathlib import Path

import grpc

# The product's own files; what they import of Google's comes with googleapis-common-protos.
sys.path.append(str(Path(__file__).resolve().parents[2] / "src/main/proto"))
protos, services = grpc.protos_and_services("push_manager.proto")

PREFIX = "/services/push-manager/"
PREFIX_END = "/services/push-manager0"  # the first key that does not begin with it
LOOK_UP = 3.0

# One manager after the other, but none that says it does not serve.
SERVICE_CONFIG = {"loadBalancingConfig": [{"round_robin": {}}], "healthCheckConfig": {"serviceName": ""}}

OPTIONS = [
    ("grpc.service_config", json.dumps(SERVICE_CONFIG)),
    ("grpc.default_authority", "push-manager"),  # a list of addresses is none
]


class Managers:
    """`host:port,host:port` are always these; `etcd://host:port` is whoever is registered there, asked every three seconds.

    A lookup that fails changes nothing once one has succeeded, so that the managers outlive etcd.
    """

    def __init__(self, where: str):
        self._where = where
        self._target = ""
        self._channel: grpc.Channel | None = None
        self._stub = None
        self._look_up_at = 0.0

    def __enter__(self) -> "Managers":
        return self

    def __exit__(self, *_) -> None:
        if self._channel:
            self._channel.close()

    def stub(self):
        if time.monotonic() >= self._look_up_at:
            self._look_up_at = time.monotonic() + LOOK_UP
            try:
                self._connect(target(self._addresses()))
            except OSError as error:
                if not self._channel:
                    raise
                print(f"managers are not known anew: {error}", file=sys.stderr)
        return self._stub

    def _addresses(self) -> list[str]:
        if not self._where.startswith("etcd://"):
            return self._where.split(",")
        body = json.dumps({"key": encode(PREFIX), "range_end": encode(PREFIX_END)}).encode()
        url = f"http://{self._where.removeprefix('etcd://')}/v3/kv/range"
        with urllib.request.urlopen(url, body, timeout=2) as answer:
            entries = json.load(answer).get("kvs", [])
        # The key ends in the address; what else is known of the manager stands in the value.
        return [base64.b64decode(entry["key"]).decode().removeprefix(PREFIX) for entry in entries]

    def _connect(self, addresses: str) -> None:
        if addresses == self._target:
            return
        if self._channel:
            self._channel.close()
        self._target = addresses
        self._channel = grpc.insecure_channel(addresses, options=OPTIONS)
        self._stub = services.PushManagerServiceStub(self._channel)


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def target(addresses: list[str]) -> str:
    """Several addresses in one target are numeric ones."""
    if not addresses:
        raise ConnectionError("no manager is known")
    numeric = []
    for address in addresses:
        host, _, port = address.rpartition(":")
        numeric.append(f"{socket.gethostbyname(host)}:{port}")
    return "ipv4:" + ",".join(sorted(numeric))
