"""Serve a World from its file, in a process of its own, until it is ended."""

import argparse
import sys
from pathlib import Path

from diagnostics.evidence import load
from tests.aws_server.world import serve_world


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.aws_server")
    parser.add_argument("world", type=Path, help="a file of recorded or built evidence")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="time each call takes")
    parser.add_argument("--page-size", type=int, help="items a page")
    given = parser.parse_args()
    world = load(given.world.read_text(encoding="utf-8"))
    if given.page_size:
        world = world.paged(given.page_size)
    server = serve_world(world, port=given.port, latency_s=given.latency_ms / 1000)
    sys.stdout.write(f"{server.endpoint}\n")
    sys.stdout.flush()
    try:
        server.serve()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
