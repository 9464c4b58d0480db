package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a listener makes of the requests in `smuggling.txt`.
class SmugglingTest extends Listening {
    private static final Pattern HEAD = Pattern.compile("= (.+) -> (\\d{3})");
    private static final String FOLLOWS = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    record Hostile(String name, int status, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Hostile> corpus() throws IOException {
        List<Hostile> all = new ArrayList<>();
        try (var in = SmugglingTest.class.getResourceAsStream("smuggling.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                var head = HEAD.matcher(lines.get(i));
                if (head.matches()) {
                    all.add(new Hostile(head.group(1), Integer.parseInt(head.group(2)), bytes(lines.get(++i))));
                }
            }
        }
        return all;
    }

    private static byte[] bytes(String written) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                all.write(c);
                continue;
            }
            switch (written.charAt(++i)) {
                case 'r' -> all.write('\r');
                case 'n' -> all.write('\n');
                default -> {
                    all.write(Integer.parseInt(written.substring(i + 1, i + 3), 16));
                    i += 2;
                }
            }
        }
        return all.toByteArray();
    }

    @BeforeEach
    void open() throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 100, Duration.ofSeconds(5), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5)), call -> {
                    asked.add(call.path());
                    return text(call.path().substring(1));
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void isReadInOneWayOnly(Hostile hostile) throws Exception {
        String reply = reply(hostile.bytes());

        assertThat(statuses(reply)).as(reply).isEqualTo(hostile.status() == 400
                ? List.of(400)
                : List.of(hostile.status(), 200));
        if (hostile.status() == 200) {
            assertThat(asked).contains("/v1/x", "/smuggled");
        } else if (hostile.status() == 400) {
            assertThat(asked).isEmpty();
            assertThat(reply).contains("\"code\":\"bad_request\"").containsIgnoringCase("connection: close");
        }
    }

    private static List<Integer> statuses(String reply) {
        return Pattern.compile("HTTP/1\\.[01] (\\d{3})").matcher(reply).results()
                .map(found -> Integer.valueOf(found.group(1))).toList();
    }

    private String reply(byte[] bytes) throws IOException {
        var sent = new ByteArrayOutputStream();
        sent.writeBytes(bytes);
        sent.writeBytes(FOLLOWS.getBytes(StandardCharsets.US_ASCII));
        try (Socket socket = connect()) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(sent.toByteArray());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException("neither answered nor closed", e);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void servesWhatIsRight(String line) throws Exception {
        try (Socket socket = connect()) {
            write(socket, line);
            assertThat(readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.").contains(" 200 ");
        }
    }

    static Stream<String> versions() {
        return Stream.of("GET /v1/x HTTP/1.0\r\n\r\n", "GET /v1/x HTTP/1.1\r\nHost:\r\n\r\n",
                "\r\nGET /v1/x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
    }
}
