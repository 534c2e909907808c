"""Processes that are ended in the end, and what they use."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time


def fail(text):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {text}")


def note(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def answered(port, path):
    """Whether a page is there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode())
        s.settimeout(10)
        return s.recv(64).startswith(b"HTTP/1.1 200")
    return False


def ask(port, method, path, body=None, headers=()):
    """Status, headers and JSON of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"content-type": "application/json", **dict(headers)}
    connection.request(method, path, body=body and json.dumps(body), headers=sent)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, answer.headers, json.loads(text) if text else None


def memory_mib(pid):
    """Proportional share of memory."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        for line in lines:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return fail(f"how much memory process {pid} has cannot be read")


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Process:
    """A process that is ended in the end."""

    def __init__(self, command, **options):
        self.begun = time.monotonic()
        self.child = subprocess.Popen([str(part) for part in command], start_new_session=True, **options)
        self.pid = self.child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def first_page(self, port, path):
        """Milliseconds from its start to the first answered page."""
        while True:
            # One that was left behind may answer in its place.
            there = answered(port, path)
            if self.child.poll() is not None:
                fail(f"{self.child.args[0]} ended with {self.child.returncode} before it answered")
            if there:
                break
            if time.monotonic() - self.begun > 60:
                fail(f"{self.child.args[0]} does not answer on {port}")
            time.sleep(0.002)
        return (time.monotonic() - self.begun) * 1000

    def kill(self):
        """SIGKILL: nothing is put in order."""
        self.child.kill()
        self.child.wait()

    def stop(self):
        """Milliseconds that it took to go."""
        began = time.monotonic()
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        return (time.monotonic() - began) * 1000
