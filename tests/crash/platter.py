"""A folder as it could be found after a power loss: what was not synced may be there, or not, or in part."""
import os


class Node:
    """A file, of writes; or a folder, of names.  What is pending was not synced."""

    def __init__(self, folder):
        self.folder, self.durable, self.pending = folder, {} if folder else b"", []

    def content(self, keep=lambda change: change):
        """With of each pending change what keep leaves of it: itself or less, or None."""
        left = [change for change in map(keep, self.pending) if change is not None]
        if not self.folder:
            return self.durable + b"".join(left)
        names = dict(self.durable)
        for name, node, _ in left:
            names[name] = node
        return {name: node for name, node in names.items() if node}


class Platter:
    """Names under `top`, which itself is safe; so are the files that existed before.  journal: a rename is there as a whole or not at all, as
    file systems with a journal have it; otherwise each of its two names is on its own."""

    def __init__(self, top, calls, existing=None, journal=False):
        self.top, self.root, self.journal, self.moves = top, Node(True), journal, {}
        for path, data in (existing or {}).items():
            self.put(path, data)
        for call in calls:
            self.take(call)

    def put(self, path, data):
        *folders, name = os.path.relpath(path, self.top).split("/")
        node = self.root
        for folder in folders:
            node = node.durable.setdefault(folder, Node(True))
        node.durable[name] = Node(False)
        node.durable[name].durable = data

    def find(self, path):
        node = self.root
        for name in os.path.relpath(path, self.top).split("/"):
            node = node.content()[name] if name != "." else node
        return node

    def name(self, path, node, move=None):
        folder, change = self.find(os.path.dirname(path)), (os.path.basename(path), node, move)
        folder.pending.append(change)
        if move is not None:
            self.moves.setdefault(move, []).append((folder, change))

    def sync(self, node, upto=None):
        """Up to a change, or all.  What the journal has of a folder takes the other ends of its renames along."""
        count = len(node.pending) if upto is None else node.pending.index(upto) + 1
        changes, node.pending = node.pending[:count], node.pending[count:]
        if not node.folder:
            node.durable += b"".join(changes)
            return
        for name, child, move in changes:
            node.durable[name] = child
            for folder, change in self.moves.get(move, ()):
                if change in folder.pending:
                    self.sync(folder, change)

    def take(self, call):
        if call.kind in ("mkdir", "create"):
            if not self.exists(call.path):
                self.name(call.path, Node(call.kind == "mkdir"))
        elif call.kind == "write":
            self.find(call.path).pending.append(call.more)
        elif call.kind == "sync":
            self.sync(self.find(call.path))
        elif call.kind == "unlink":
            self.name(call.path, None)
        elif call.kind == "rename":
            node, move = self.find(call.path), len(self.moves) if self.journal else None
            self.name(call.more, node, move)
            self.name(call.path, None, move)

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
    coins = {}

    def keep(change):
        if isinstance(change, tuple):
            coin = rng.random() < 0.5
            return change if (coin if change[2] is None else coins.setdefault(change[2], coin)) else None
        return rng.choice((change, None, change[:rng.randrange(len(change) + 1)], bytes(len(change))))
    return keep


def keep_none(_rng):
    return lambda change: None


def keep_all(_rng):
    return lambda change: change
