package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What web pages in a browser of this machine can do.
class BrowsersTest extends Listening {
    private static final Set<String> LOCAL = Set.of("localhost", "[::1]", "127.0.0.1");
    private static final String PAGE = "https://chat.example.org";

    private void open(Set<String> hosts, Set<String> origins, boolean open) throws Exception {
        open(new Settings.Server("127.0.0.1", 0, 1_000_000, 100, Duration.ofSeconds(2), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5),
                new Perimeter(null, 100, 100, hosts, origins, open)), _ -> text("fine"));
    }

    private String ask(String method, String headers) throws Exception {
        return raw(method + " /v1/x HTTP/1.1\r\n" + headers.replace("PORT", Integer.toString(opened().port()))
                + "Connection: close\r\nContent-Length: 0\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"localhost:PORT, 200", "127.0.0.1, 200", "127.1.2.3:80, 200", "[::1]:PORT, 200", "LocalHost, 200",
            "evil.example.org, 421", "127.0.0.1.evil.example.org, 421", "localhost.evil.example.org:PORT, 421",
            "10.0.0.1, 421"})
    void aPageUnderANameOfItsOwnIsTurnedAway(String host, int status) throws Exception {
        open(LOCAL, Set.of(), true);

        assertThat(ask("POST", "Host: " + host + "\r\n")).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void withKeysAnyNameWillDo() throws Exception {
        open(Set.of(), Set.of(), false);

        assertThat(ask("POST", "Host: any.example.org\r\nOrigin: " + PAGE + "\r\n")).startsWith("HTTP/1.1 200")
                .doesNotContain("access-control");
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example.org, 403", "null, 403", "http://localhost.evil.example.org, 403",
            "http://localhost:PORT, 200", "http://localhost, 403", "https://localhost:PORT, 403",
            "app://desktop, 200", "vscode-webview://0a1b, 200"})
    void withoutKeysAPageFromElsewhereCanNotSpendMoney(String origin, int status) throws Exception {
        open(LOCAL, Set.of(), true);

        assertThat(ask("POST", "Host: localhost:PORT\r\nOrigin: " + origin + "\r\n"))
                .startsWith("HTTP/1.1 " + status).doesNotContain("access-control");
    }

    @Test
    void aListedPageMayAskAndRead() throws Exception {
        open(LOCAL, Set.of(PAGE), true);

        String before = ask("OPTIONS", "Host: localhost\r\nOrigin: " + PAGE
                + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,content-type\r\n");
        String call = ask("POST", "Host: localhost\r\nOrigin: " + PAGE + "\r\n");

        assertThat(before).startsWith("HTTP/1.1 204").contains("access-control-allow-origin: " + PAGE)
                .contains("access-control-allow-headers: authorization,content-type").contains("POST")
                .contains("vary: origin").doesNotContain("credentials");
        assertThat(call).startsWith("HTTP/1.1 200").contains("access-control-allow-origin: " + PAGE)
                .contains("access-control-expose-headers: X-Formulary-Decision").contains("fine");
    }

    @Test
    void aPageThatIsNotListedIsToldNothing() throws Exception {
        open(Set.of(), Set.of(PAGE), false);

        assertThat(ask("OPTIONS",
                "Host: x\r\nOrigin: https://evil.example.org\r\nAccess-Control-Request-Method: POST\r\n"))
                .doesNotContain("access-control").contains("vary: origin");
        assertThat(ask("POST", "Host: x\r\nOrigin: https://chat.example.org.evil\r\n"))
                .doesNotContain("access-control");
    }
}
