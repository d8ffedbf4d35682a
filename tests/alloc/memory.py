"""Memory that runs out on demand, in programs as they are: faults.c preloaded, and told through a file what is to fail."""
import mmap
import os
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


class Memory:
    """`environment` is for the program whose memory it is."""

    COUNTDOWN, LASTING, FAILED, ASKED, LIVE = range(5)

    def __init__(self, folder):
        shim, path = os.path.join(folder, "faults.so"), os.path.join(folder, "faults")
        subprocess.run(["cc", "-std=c17", "-D_GNU_SOURCE", "-O1", "-g", "-shared", "-fPIC", "-fno-builtin", "-o", shim,
                        os.path.join(HERE, "faults.c")], check=True)
        with open(path, "wb") as file:
            file.write(bytes(8 * 5))
        with open(path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), 0)
        self.environment = {"LD_PRELOAD": shim, "VEKHA_FAULTS": path}

    def get(self, which):
        return struct.unpack_from("q", self.shared, 8 * which)[0]

    def put(self, which, value):
        struct.pack_into("q", self.shared, 8 * which, value)

    def arm(self, n, lasting=False):
        """From now on the n-th request fails; with `lasting` all after it, too."""
        self.put(self.FAILED, 0)
        self.put(self.LASTING, lasting)
        self.put(self.COUNTDOWN, n)

    def disarm(self):
        """How many requests failed."""
        self.put(self.COUNTDOWN, 0)
        self.put(self.LASTING, 0)
        return self.get(self.FAILED)

    def asked(self):
        return self.get(self.ASKED)

    def live(self):
        return self.get(self.LIVE)


def holds(program, symbol):
    with open(program, "rb") as file:
        return symbol in file.read()


def is_sanitized(program):
    """AddressSanitizer has a malloc of its own, and faults.c would take its place."""
    return holds(program, b"__asan_init")


def is_counted(program):
    """What counts lines takes memory at the end of a program, and does not survive if there is none."""
    return holds(program, b"__gcov_dump")
