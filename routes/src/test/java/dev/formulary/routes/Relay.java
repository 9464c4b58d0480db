package dev.formulary.routes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between a gateway and its broker, and cuts their connections when told to. It may also play a broker that knows
/// MQTT 3.1.1 only: one that asks for another version is refused as that version of the protocol says. Or one that does not
/// heed the receive maximum: the real one is not told of it.
final class Relay implements AutoCloseable {
    /// Packet, length, flags, "unacceptable protocol version" (MQTT 3.1.1, section 3.2.2.3).
    private static final byte[] REFUSAL = {0x20, 2, 0, 1};
    private static final int LEVEL = 6;
    private static final int FORMER = 4;
    /// Flags, keep alive, length of properties, session expiry, receive maximum: as this gateway writes them by MQTT 5.
    private static final int HEAD = 12;
    private static final int RECEIVE_MAXIMUM = 0x21;

    /// What it plays.
    enum Part {
        NETWORK, FORMER_BROKER, HEEDLESS_BROKER
    }

    final int port;
    final List<Integer> levels = new CopyOnWriteArrayList<>();
    /// What follows the level in each CONNECT, in hexadecimal.
    final List<String> heads = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    /// Bytes from the broker to the connection by which questions come in.
    final AtomicLong passed = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile CountDownLatch way = new CountDownLatch(0);
    private final int broker;
    private final Part part;

    Relay(int broker, Part part) throws IOException {
        this.broker = broker;
        this.part = part;
        port = server.getLocalPort();
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client; var onward = new Socket(InetAddress.getLoopbackAddress(), broker)) {
            open.add(onward);
            // a gateway opens its way out first
            boolean answers = connections.getAndIncrement() == 0;
            // CONNECT: its type, its length in one to four bytes, then "MQTT" behind its length, then the level
            InputStream in = client.getInputStream();
            OutputStream out = onward.getOutputStream();
            int type = in.read();
            byte[] length = new byte[4];
            int bytes = 0;
            do {
                length[bytes] = (byte) in.read();
            } while (length[bytes++] < 0);
            byte[] name = in.readNBytes(LEVEL + 1);
            levels.add((int) name[LEVEL]);
            if (part == Part.FORMER_BROKER && name[LEVEL] != FORMER) {
                client.getOutputStream().write(REFUSAL);
                return;
            }
            out.write(type);
            out.write(length, 0, bytes);
            out.write(name);
            byte[] head = in.readNBytes(HEAD);
            heads.add(HexFormat.of().formatHex(head));
            if (part == Part.HEEDLESS_BROKER && head[HEAD - 3] == RECEIVE_MAXIMUM) {
                head[HEAD - 2] = -1;
                head[HEAD - 1] = -1;
            }
            out.write(head);
            Thread.ofVirtual().start(() -> pass(onward, client, answers));
            in.transferTo(out);
        } catch (IOException e) {
            // cut
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] bytes = new byte[8_192];
        try (from; to) {
            for (int read = from.getInputStream().read(bytes); read >= 0; read = from.getInputStream().read(bytes)) {
                if (answers) {
                    way.await();
                } else {
                    passed.addAndGet(read);
                }
                to.getOutputStream().write(bytes, 0, read);
            }
        } catch (IOException e) {
            // cut
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// From now on the gateway does not hear whether its answers arrived.
    void hold() {
        way = new CountDownLatch(1);
    }

    /// It hears of it now.
    void goOn() {
        way.countDown();
    }

    /// Cuts all connections, as a network does.
    void cut() throws IOException {
        goOn();
        for (Socket each : open) {
            each.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
