package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.formulary.engine.config.FetchSettings;
import dev.formulary.engine.config.FetchSettings.PassOn;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFetcherTest {
    private static final byte[] PNG = Arrays.copyOf(new byte[]{(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'},
            900);

    private final List<String> asked = new ArrayList<>();
    private final List<String> resolved = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private HttpServer server;
    private Set<String> inside = Set.of();

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(exchange.getRequestHeaders().getFirst("Host") + path);
            byte[] body = switch (path) {
                case "/a.png", "/typed.txt", "/deep" -> PNG;
                case "/large.png" -> new byte[10_000];
                default -> "<html>".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            };
            exchange.getResponseHeaders().set("Content-Type", path.endsWith(".txt") ? "text/plain" : "image/png");
            if (path.startsWith("/to/")) {
                exchange.getResponseHeaders().set("Location", path.substring(4));
            }
            if (path.startsWith("/loop")) {
                exchange.getResponseHeaders().set("Location", path);
            }
            if (path.equals("/slow.png")) {
                waitUntilTheEnd();
            }
            boolean moved = exchange.getResponseHeaders().containsKey("Location");
            exchange.sendResponseHeaders(moved ? 302 : path.equals("/gone") ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private void waitUntilTheEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
    }

    private ImageFetcher.Fetched fetch(String host, String path) throws Exception {
        var settings = new FetchSettings(List.of("pics.example.org", "*.cdn.example.org"), 4_000, Duration.ofSeconds(2),
                true, PassOn.NEVER);
        var fetcher = new ImageFetcher(settings, name -> {
            resolved.add(name);
            return new InetAddress[]{InetAddress.getLoopbackAddress()};
        }, _ -> !inside.contains(resolved.getLast()));
        return fetcher.fetch(URI.create("http://" + host + ":" + server.getAddress().getPort() + path));
    }

    @Test
    void fetchesAPictureFromAListedHost() throws Exception {
        ImageFetcher.Fetched picture = fetch("pics.example.org", "/a.png?x=1");

        assertThat(picture.mediaType()).isEqualTo("image/png");
        assertThat(picture.bytes()).isEqualTo(PNG);
        assertThat(asked).containsExactly("pics.example.org:" + server.getAddress().getPort() + "/a.png");
        assertThat(fetch("a.b.cdn.example.org", "/a.png").bytes()).isEqualTo(PNG);
    }

    @Test
    void followsARedirectWithinTheListedHosts() throws Exception {
        assertThat(fetch("pics.example.org", "/to//a.png").bytes()).isEqualTo(PNG);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        other.example.org     | /a.png              | not in fetch.images.hosts
        cdn.example.org       | /a.png              | not in fetch.images.hosts
        evilcdn.example.org   | /a.png              | not in fetch.images.hosts
        127.0.0.1             | /a.png              | not in fetch.images.hosts
        pics.example.org      | /large.png          | more than 4000 bytes
        pics.example.org      | /page.html          | no picture
        pics.example.org      | /typed.txt          | no picture
        pics.example.org      | /gone               | answers with 404
        pics.example.org      | /slow.png           | took longer than 2000 ms
        pics.example.org      | /loop               | more than 3 redirects
        pics.example.org      | /to/http://127.0.0.1/a.png | not in fetch.images.hosts
        pics.example.org      | /to/http://169.254.169.254/latest | not in fetch.images.hosts
        pics.example.org      | /to/file:///etc/passwd | by https:// and http:// only
        """)
    void refuses(String host, String path, String why) {
        assertThatThrownBy(() -> fetch(host, path)).isInstanceOf(ImageFetcher.FetchException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aListedNameThatLeadsInsideIsRefusedAlsoAfterARedirect() {
        inside = Set.of("inside.cdn.example.org");

        assertThatThrownBy(() -> fetch("inside.cdn.example.org", "/a.png")).hasMessageContaining("not public");
        assertThatThrownBy(() -> fetch("pics.example.org", "/to/http://inside.cdn.example.org/a.png"))
                .hasMessageContaining("not public");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aNameIsLookedUpOnceForEachConnection() throws Exception {
        fetch("pics.example.org", "/a.png");

        assertThat(resolved).containsExactly("pics.example.org");
    }

    @Test
    void realAddressesOfThisMachineAreRefused() {
        var settings = new FetchSettings(List.of("localhost"), 4_000, Duration.ofSeconds(2), true, PassOn.NEVER);

        assertThatThrownBy(() -> new ImageFetcher(settings)
                .fetch(URI.create("http://localhost:" + server.getAddress().getPort() + "/a.png")))
                .hasMessageContaining("not public");
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutLeaveThereIsNoPlainHttp() {
        var settings = new FetchSettings(List.of("pics.example.org"), 4_000, Duration.ofSeconds(2), false,
                PassOn.NEVER);

        assertThatThrownBy(() -> new ImageFetcher(settings).fetch(URI.create("http://pics.example.org/a.png")))
                .hasMessageContaining("fetch.images.plain-http");
    }
}
