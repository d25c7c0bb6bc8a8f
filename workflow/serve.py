"""Serve a built book on this machine only, and print its address."""

import argparse
import functools
import http.server
import sys

from workflow import presets, runs


def main():
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Serve the book of a run on 127.0.0.1.")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--data", default="")
    parser.add_argument("--port", type=int, default=8000)
    args = parser.parse_args()
    pages = presets.ROOT / runs.run_folder(args.preset, runs.user_data(args.data)) / "html"
    if not (pages / "index.html").is_file():
        print(f"error: {pages}: no book there; run 'make book' with the same PRESET and DATA first")
        return 1
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=pages)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", args.port), handler)
    except OSError:  # the port is taken: let the system choose one
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    print(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
