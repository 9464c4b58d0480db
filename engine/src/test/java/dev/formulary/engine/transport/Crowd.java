package dev.formulary.engine.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Opens connections and never finishes what it says there: `PORT COUNT HABIT`.
final class Crowd {
    /// What is never finished.
    enum Habit {
        /// Nothing is said at all.
        SILENT(""),
        /// A head that gets another byte now and then.
        HEAD("POST /v1/x HTTP/1.1\r\nHost: localhost\r\nX-A: "),
        /// A body that does.
        BODY("POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n{"),
        /// A TLS handshake: the first bytes of a ClientHello.
        HANDSHAKE("\u0016\u0003\u0001\u0002\u0000\u0001");

        private final String beginning;

        Habit(String beginning) {
            this.beginning = beginning;
        }
    }

    private Crowd() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        Habit habit = Habit.valueOf(arguments[2]);
        List<SocketChannel> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var channel = SocketChannel.open();
            try {
                channel.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
                channel.write(ByteBuffer.wrap(habit.beginning.getBytes(StandardCharsets.ISO_8859_1)));
            } catch (IOException e) {
                // it was closed already, to make room
            }
            all.add(channel);
        }
        System.out.println("open " + count);
        System.out.flush();
        while (true) {
            Thread.sleep(200);
            for (SocketChannel channel : all) {
                try {
                    if (habit != Habit.SILENT && channel.isConnected()) {
                        channel.write(ByteBuffer.wrap(new byte[]{'a'}));
                    }
                } catch (IOException e) {
                    channel.close();
                }
            }
        }
    }
}
