# A server that accepts by itself.  One that opens its own socket
#
#     sk = socket.socket()
#     sk.bind(("127.0.0.1", 9999))
#     sk.listen(5)
#
# needs no more than these three lines changed to run on all CPUs.
import socket

sk = socket.socket(fileno=3)

while True:
    print("server waiting...", flush=True)
    conn, addr = sk.accept()

    client_data = conn.recv(1024)
    print(client_data, flush=True)
    conn.sendall(b"test server")

    conn.close()
