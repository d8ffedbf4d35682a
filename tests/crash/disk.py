"""A small disk that can be filled to the last byte and emptied again; only who may mount has one."""
import os
import subprocess

BALLAST, PAGE = "ballast", 4096


def can_mount(folder):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "vekha-test", folder], stderr=subprocess.DEVNULL)
    if done.returncode == 0:
        subprocess.run(["umount", folder], check=True)
    return done.returncode == 0


def fill(folder):
    """Takes all that is free; what others take meanwhile makes the next piece smaller."""
    with open(os.path.join(folder, BALLAST), "wb") as file:
        size, piece = 0, os.statvfs(folder).f_bfree * os.statvfs(folder).f_frsize
        while piece >= PAGE:
            try:
                os.posix_fallocate(file.fileno(), size, piece)
                size += piece
            except OSError:
                piece //= 2


def free(folder):
    os.unlink(os.path.join(folder, BALLAST))


class Disk:
    def __init__(self, folder, mebibytes):
        self.folder = folder
        os.makedirs(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % mebibytes, "vekha-test", folder], check=True)

    def close(self):
        subprocess.run(["umount", "-l", self.folder], check=True)
