package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.formulary.engine.LogLines;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertTarget;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.OutboundHttp;
import dev.formulary.engine.transport.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes out to web servers, and what is told of those that do not take it.
class PostsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Secret SECRET = new Secret("0123456789abcdef-hidden");
    private static final AlertEvent EVENT = new AlertEvent("alert_1", AlertEvent.Type.OPENED, NOON, "hall",
            new OpenAlert("alert-cpu", "host-cpu", Severity.CRITICAL, "in use to 99 %: \"ü\"", NOON, NOON, 1));

    private record Posted(String path, Map<String, List<String>> headers, byte[] body) {
        @Nullable
        String header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst().orElse(null);
        }
    }

    private final List<Posted> posted = new CopyOnWriteArrayList<>();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final EventLoops loops = new EventLoops();
    private final OutboundHttp http = new OutboundHttp(loops, OutboundHttp.Limits.defaults("test"));
    private final Map<String, Post> posts = Posts.of(http, null);
    private final List<HttpServer> others = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 204;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        hanging.countDown();
        server.stop(0);
        others.forEach(each -> each.stop(0));
        http.close();
        loops.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        posted.add(new Posted(exchange.getRequestURI().toString(), Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes()));
        if (status == 0) {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        exchange.getResponseHeaders().set("X-Request-Id", "r-17");
        exchange.getResponseHeaders().set("Retry-After", "90");
        exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private Receipt send(AlertTarget target) throws UndeliveredException, InterruptedException {
        var channel = new AlertChannel("mine", target.kind(), Severity.WARNING, List.of(), true,
                Duration.ofMillis(status == 0 ? 300 : 10_000), target);
        return Objects.requireNonNull(posts.get(target.kind())).send(new Parcel(channel, EVENT, NOON),
                new Letter(EVENT.document().getBytes(StandardCharsets.UTF_8), "application/json", EVENT.title(),
                        EVENT.text()));
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private AlertTarget webhook() {
        return new AlertTarget.Webhook(url("/in?key=hidden"), SECRET, new Secret("bearer-hidden"));
    }

    @Test
    void aWebhookGetsAVersionedDocumentSignedWithTheTimeAndAnIdThatStays() throws Exception {
        Receipt receipt = send(webhook());

        assertThat(receipt.toString()).isEqualTo("http: 204 from 127.0.0.1:" + server.getAddress().getPort()
                + ", request r-17");
        Posted got = posted.getFirst();
        assertThat(got.path()).isEqualTo("/in?key=hidden");
        assertThat(got.header("Idempotency-key")).isEqualTo("alert_1");
        assertThat(got.header("X-formulary-event")).isEqualTo("opened");
        assertThat(got.header("Authorization")).isEqualTo("Bearer bearer-hidden");
        assertThat(got.header("Content-type")).isEqualTo("application/json");
        assertThat(new JsonMapper().readTree(got.body())).isEqualTo(new JsonMapper().readTree("""
            {"version": 1, "id": "alert_1", "event": "opened", "at": "2026-11-21T12:00:00Z", "node": "hall",
             "alert": {"rule": "alert-cpu", "code": "host-cpu", "severity": "critical",
                       "message": "in use to 99 %: \\"ü\\"", "first_seen": "2026-11-21T12:00:00Z",
                       "last_seen": "2026-11-21T12:00:00Z", "count": 1}}"""));
        assertThat(verified(Objects.requireNonNull(got.header("X-formulary-signature")), got.body(), NOON)).isTrue();
        got.body()[5]++;
        assertThat(verified(Objects.requireNonNull(got.header("X-formulary-signature")), got.body(), NOON)).isFalse();
    }

    /// As the README tells receivers to do it.
    private static boolean verified(String header, byte[] body, Instant now) throws Exception {
        String time = header.substring("t=".length(), header.indexOf(','));
        String said = header.substring(header.indexOf("v1=") + "v1=".length());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.value().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
        return java.security.MessageDigest.isEqual(HexFormat.of().parseHex(said), mac.doFinal(body))
                && Math.abs(now.getEpochSecond() - Long.parseLong(time)) < 300;
    }

    @Test
    void aWebhookWithoutSecretIsNotSigned() throws Exception {
        send(new AlertTarget.Webhook(url("/"), null, null));

        assertThat(posted.getFirst().headers()).doesNotContainKeys("X-formulary-signature", "Authorization");
    }

    @Test
    void aNotifyServiceGetsTitleMessageAndATagThatTheEndOfTheAlertHasToo() throws Exception {
        status = 200;
        Receipt receipt = send(new AlertTarget.HomeAssistant(url("/"), "mobile_app_phone",
                new Secret("bearer-hidden")));

        assertThat(receipt.toString()).isEqualTo("http: 200 from 127.0.0.1:" + server.getAddress().getPort()
                + ", request r-17");

        Posted got = posted.getFirst();
        assertThat(got.path()).isEqualTo("/api/services/notify/mobile_app_phone");
        assertThat(got.header("Authorization")).isEqualTo("Bearer bearer-hidden");
        JsonNode json = new JsonMapper().readTree(got.body());
        assertThat(json.path("title").asText()).isEqualTo("Critical: host-cpu (hall)");
        assertThat(json.path("message").asText()).startsWith("in use to 99 %: \"ü\"\n\nrule alert-cpu, since");
        assertThat(json.path("data").path("tag").asText()).isEqualTo("formulary-hall-host-cpu");
        assertThat(json.path("data").path("event_id").asText()).isEqualTo("alert_1");
    }

    @ParameterizedTest
    @CsvSource({"500,false", "503,false", "429,false", "401,false", "404,false", "302,false", "410,true", "413,true"})
    void whatIsNotTakenIsToldByHostAndStatusOnly(int answer, boolean forGood) {
        status = answer;

        var failure = catchThrowableOfType(UndeliveredException.class, () -> send(webhook()));

        assertThat(failure.reason()).startsWith("127.0.0.1:" + server.getAddress().getPort() + " answered " + answer);
        assertThat(failure.forGood()).isEqualTo(forGood);
        assertThat(failure.waitFor()).isEqualTo(Duration.ofSeconds(90));
        assertThat(posted).as("redirects are not followed").hasSize(1);
    }

    @Test
    void aServerThatIsSilentOrNotThereIsTold() throws Exception {
        status = 0;
        assertThatThrownBy(() -> send(webhook())).hasMessageEndingWith(" did not answer within 300 ms");
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> send(new AlertTarget.Webhook(URI.create("http://127.0.0.1:" + free + "/hidden"),
                SECRET, null))).hasMessage("no connection to '127.0.0.1:" + free + "' (nobody listens there)");
    }

    /// A server with a certificate for 127.0.0.1 that signed itself.
    private int encrypted(TestCertificate certificate) throws Exception {
        HttpsServer encrypted = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificate.store(), "password".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        encrypted.setHttpsConfigurator(new HttpsConfigurator(tls));
        encrypted.createContext("/", this::answer);
        encrypted.start();
        others.add(encrypted);
        return encrypted.getAddress().getPort();
    }

    private static Path authority(Path folder, TestCertificate certificate) throws Exception {
        return Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.certificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    }

    private static AlertTarget hook(String host, int port, @Nullable Path ca) {
        return new AlertTarget.Webhook(URI.create("https://" + host + ":" + port + "/hidden"), SECRET, null, ca);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused(@TempDir Path folder) throws Exception {
        int port = encrypted(TestCertificate.usual());
        Path other = authority(folder, TestCertificate.of("two", "-keyalg", "EC"));

        for (Path ca : new Path[]{null, other}) {
            assertThatThrownBy(() -> send(hook("127.0.0.1", port, ca))).isInstanceOf(UndeliveredException.class)
                    .hasMessage("no connection to '127.0.0.1:" + port
                            + "' (its certificate is signed by nobody who is trusted here)");
        }
        assertThat(posted).isEmpty();
    }

    @Test
    void aCertificateOfAnAuthorityOfOurOwnIsTrustedWhenItIsNamedAndOnlyForItsName(@TempDir Path folder)
            throws Exception {
        int port = encrypted(TestCertificate.usual());
        Path ca = authority(folder, TestCertificate.usual());
        status = 200;

        assertThat(send(hook("127.0.0.1", port, ca)).status()).startsWith("200 from 127.0.0.1:" + port);
        assertThat(send(new AlertTarget.HomeAssistant(URI.create("https://localhost:" + port), "phone",
                new Secret("bearer-hidden"), ca)).status()).startsWith("200 from localhost:" + port);
        assertThatThrownBy(() -> send(hook("127.0.0.2", port, ca))).hasMessageStartingWith("no connection to");
        int stranger = encrypted(TestCertificate.of("three", "-keyalg", "EC", "-ext", "san=dns:elsewhere.example"));
        Path its = authority(folder, TestCertificate.of("three", "-keyalg", "EC", "-ext", "san=dns:elsewhere.example"));
        assertThatThrownBy(() -> send(hook("127.0.0.1", stranger, its))).hasMessage("no connection to '127.0.0.1:"
                + stranger + "' (its certificate is one for another name)");
    }

    @Test
    void anAuthoritysFileThatIsMissingOrHoldsNoneIsTold(@TempDir Path folder) throws Exception {
        Path none = Files.writeString(folder.resolve("none.pem"), "nothing");

        assertThatThrownBy(() -> send(hook("127.0.0.1", 1, folder.resolve("nowhere.pem"))))
                .hasMessage("ca: " + folder.resolve("nowhere.pem") + " is not there");
        assertThatThrownBy(() -> send(hook("127.0.0.1", 1, none)))
                .hasMessage("ca: " + none + " holds no certificate in PEM format");
    }

    @Test
    void withoutABrokerNoMessageGoesOut() {
        assertThatThrownBy(() -> send(new AlertTarget.Mqtt("house/alerts"))).hasMessage(
                "no broker is configured; set mqtt.url");
    }

    @Test
    void theLogGetsOneLineWithAllOfIt() throws Exception {
        try (var log = new LogLines(Posts.class)) {
            assertThat(send(new AlertTarget.Log()).toString()).isEqualTo("log: written");

            assertThat(log.lines()).containsExactly("ERROR alert told channel=mine event=alert_1 type=opened"
                    + " severity=critical rule=alert-cpu code=host-cpu message=\"in use to 99 %: \"ü\"\"");
        }
    }

    @Test
    void nothingOfATargetIsShownThatCouldBeSecret() {
        assertThat(webhook().toString()).isEqualTo("Webhook[127.0.0.1:" + server.getAddress().getPort() + "]");
        assertThat(new AlertTarget.HomeAssistant(URI.create("https://house.example/hidden"), "phone",
                new Secret("hidden")).toString()).isEqualTo("HomeAssistant[house.example:443, service=phone]");
    }
}
