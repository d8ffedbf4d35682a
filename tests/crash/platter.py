"""A folder as it could be found after a power loss: what was not synced may be there, or not, or in part."""
import os


class Node:
    """A file, of writes; or a folder, of names.  What is pending was not synced."""

    def __init__(self, folder):
        self.folder, self.durable, self.pending = folder, {} if folder else b"", []

    def sync(self):
        self.durable, self.pending = self.content(), []

    def content(self, keep=lambda change: change):
        """With of each pending change what keep leaves of it: itself or less, or None."""
        left = [change for change in map(keep, self.pending) if change is not None]
        if not self.folder:
            return self.durable + b"".join(left)
        names = dict(self.durable)
        for name, node in left:
            names[name] = node
        return {name: node for name, node in names.items() if node}


class Platter:
    """Names under `top`, which itself is safe."""

    def __init__(self, top, calls):
        self.top, self.root = top, Node(True)
        for call in calls:
            self.take(call)

    def find(self, path):
        node = self.root
        for name in os.path.relpath(path, self.top).split("/"):
            node = node.content()[name] if name != "." else node
        return node

    def name(self, path, node):
        self.find(os.path.dirname(path)).pending.append((os.path.basename(path), node))

    def take(self, call):
        if call.kind in ("mkdir", "create"):
            if not self.exists(call.path):
                self.name(call.path, Node(call.kind == "mkdir"))
        elif call.kind == "write":
            self.find(call.path).pending.append(call.more)
        elif call.kind == "sync":
            self.find(call.path).sync()
        elif call.kind == "unlink":
            self.name(call.path, None)
        elif call.kind == "rename":
            node = self.find(call.path)
            self.name(call.more, node)
            self.name(call.path, None)

    def exists(self, path):
        return os.path.basename(path) in self.find(os.path.dirname(path)).content()

    def spill(self, keep, target):
        """Makes the folder that is left."""
        pour(self.root, keep, target)


def pour(node, keep, path):
    if node.folder:
        os.makedirs(path)
        for name, child in node.content(keep).items():
            pour(child, keep, os.path.join(path, name))
    else:
        with open(path, "wb") as file:
            file.write(node.content(keep))


def keep_some(rng):
    """Names by a coin; of a write all, nothing, a part, or zeros where its bytes should be."""
    def keep(change):
        if isinstance(change, tuple):
            return change if rng.random() < 0.5 else None
        return rng.choice((change, None, change[:rng.randrange(len(change) + 1)], bytes(len(change))))
    return keep


def keep_none(_rng):
    return lambda change: None


def keep_all(_rng):
    return lambda change: change
