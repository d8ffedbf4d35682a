"""Stands on the line between the clients of one agent and its centre, speaks CURVE to both, and writes down what each says."""
import threading

import zmq


class Ear(threading.Thread):
    def __init__(self, agent):
        """agent: the configuration of one, by which it goes on to the centre."""
        super().__init__(daemon=True)
        self.agent, self.heard, self.far, self.ended = agent, [], {}, threading.Event()
        public, secret = zmq.curve_keypair()
        self.key = public.decode()
        self.near = zmq.Context.instance().socket(zmq.ROUTER)
        self.near.linger, self.near.curve_server, self.near.curve_secretkey = 0, True, secret
        self.endpoint = "tcp://127.0.0.1:%d" % self.near.bind_to_random_port("tcp://127.0.0.1")
        self.poller = zmq.Poller()
        self.poller.register(self.near, zmq.POLLIN)
        self.start()

    def run(self):
        while not self.ended.is_set():
            for socket, _ in self.poller.poll(50):
                if socket is self.near:
                    self.carry_on(*socket.recv_multipart())
                else:
                    self.carry_back(socket, socket.recv())
        for socket in (self.near, *self.far.values()):
            socket.close()

    def carry_on(self, peer, packed):
        self.heard.append(("client", packed))
        if peer not in self.far:
            self.far[peer] = self.connect()
        self.far[peer].send(packed)

    def carry_back(self, socket, packed):
        self.heard.append(("centre", packed))
        peer, = (peer for peer, far in self.far.items() if far is socket)
        self.near.send_multipart([peer, packed])

    def connect(self):
        """A connection for each of the clients, so that each gets its own answers."""
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.linger = 0
        socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = (
            self.agent[name].encode() for name in ("server_key", "public_key", "secret_key"))
        socket.connect(self.agent["endpoint"])
        self.poller.register(socket, zmq.POLLIN)
        return socket

    def close(self):
        self.ended.set()
        self.join()
