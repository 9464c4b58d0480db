package dev.formulary.engine.route;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The messages of an answer as bytes.
final class AnswerBytes {
    private AnswerBytes() {}

    static byte[] of(List<MqttReply> replies) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(replies.size());
            for (MqttReply reply : replies) {
                write(out, reply.body());
                write(out, reply.contentType());
                out.writeInt(reply.properties().size());
                for (Map.Entry<String, String> each : reply.properties().entrySet()) {
                    write(out, each.getKey());
                    write(out, each.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        write(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /// The opposite of [#of].
    static List<MqttReply> read(byte[] bytes) {
        List<MqttReply> replies = new ArrayList<>();
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            for (int left = in.readInt(); left > 0; left--) {
                byte[] body = bytes(in);
                String type = text(in);
                Map<String, String> properties = new LinkedHashMap<>();
                for (int more = in.readInt(); more > 0; more--) {
                    String name = text(in);
                    properties.put(name, text(in));
                }
                replies.add(new MqttReply(body, type, properties));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return replies;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
