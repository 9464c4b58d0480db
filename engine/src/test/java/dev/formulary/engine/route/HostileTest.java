package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.LiveThreads;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.Catalogue;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.transport.EventLoops;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Hundreds of hostile requests for each dialect that there is, over real sockets and real routes: each is answered, rightly
/// or with an error of the caller in the caller's dialect, nothing of it is logged, and nothing stays behind: no call, file,
/// thread or object.
class HostileTest {
    private static final int COUNT = Integer.getInteger("formulary.hostile", 550);
    private static final long SEED = Long.getLong("formulary.hostile.seed", 20261130);
    /// Bytes that caches of the JDK and of libraries may take while they warm up.
    private static final long MOST_LEFT = 1 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path home;
    private final EventLoops loops = new EventLoops();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private Desk desk;
    private Routes routes;

    static Set<String> dialects() {
        return new TreeSet<>(Dialects.all().keySet());
    }

    @BeforeEach
    void start() throws Exception {
        log.start();
        root.addAppender(log);
        desk = new Desk(home, null);
        desk.dispatching.provider("a").answers("Hello");
        desk.dispatching.provider("b").answers("Hello");
        Settings settings = Samples.settings(Map.of(), List.of());
        var recollection = new Recollection(null, Settings.History.USUAL, desk.clock);
        var reception = new Reception(new Keyring(settings.keys()), Limits.none(), new Assessor(false), recollection,
                settings, desk.aliases, desk.clock);
        var entrances = new Entrances(desk.gateway(), reception, () -> List.of(Dispatching.model("a")), desk.aliases,
                new Catalogue(NOON), book(), desk.pending, desk.responseDesk, new OllamaEntrances(reception,
                        () -> List.of(Dispatching.model("a")), Map.of(), new OllamaCatalogue(NOON),
                        desk.dispatching.dispatcher.residence()));
        Path folder = Files.createDirectory(home.resolve("routes"));
        for (String name : dialects()) {
            Files.writeString(folder.resolve(name + ".yaml"), "- from:\n    uri: platform-http:" + path(name)
                    + "\n    parameters:\n      httpMethodRestrict: POST\n    steps:\n      - to: formulary:" + name
                    + "\n");
        }
        Files.writeString(folder.resolve("decision.yaml"), """
            - from:
                uri: platform-http:/v1/decisions/{id}
                parameters:
                  httpMethodRestrict: GET
                steps:
                  - to: formulary:decision
            """);
        routes = new Routes(home, folder, settings, loops, entrances.all(), _ -> {}, Map.of());
        routes.start();
    }

    @AfterEach
    void stop() {
        routes.close();
        loops.close();
        root.detachAppender(log);
    }

    private static String path(String dialect) {
        return dialect.startsWith("ollama")
                ? "/api/" + dialect
                : dialect.equals("anthropic-messages") ? "/v1/messages" : "/v1/" + dialect;
    }

    private record Reply(int status, String head, byte[] body) {}

    private Reply send(byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), routes.port())) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request);
            } catch (IOException e) {
                // refused before all of it was sent; the answer says why
            }
            byte[] all = socket.getInputStream().readAllBytes();
            String text = new String(all, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            var status = Pattern.compile("HTTP/1\\.1 (\\d{3})").matcher(text);
            return status.lookingAt() && end > 0
                    ? new Reply(Integer.parseInt(status.group(1)), text.substring(0, end),
                            text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1))
                    : new Reply(0, text, all);
        }
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void everyHostileRequestIsAnsweredInItsDialect(String name) throws Exception {
        ChatDialect dialect = Objects.requireNonNull(Dialects.all().get(name));
        JsonNode form = MAPPER.readTree(dialect.error(new Refusal(400, "code", "message", null, null)));
        List<HostileRequests.Request> requests = new HostileRequests(SEED + name.hashCode()).some(COUNT);
        send(requests.getLast().bytes(path(name)));
        int filesBefore = openFiles();
        Set<String> loopsBefore = eventLoops();
        int refused = 0;
        long half = 0;

        for (int i = 0; i < requests.size(); i++) {
            if (i == requests.size() / 2) {
                half = liveBytes();
            }
            Reply reply = send(requests.get(i).bytes(path(name)));

            assertThat(reply.status()).as("request %d of seed %d: %s", i, SEED, reply.head())
                    .satisfiesAnyOf(status -> assertThat(status).isEqualTo(200),
                            status -> assertThat(status).isBetween(400, 499));
            if (reply.status() != 200) {
                refused++;
                assertThat(shape(MAPPER.readTree(reply.body()))).as("request %d: %s", i, reply.head())
                        .containsAll(shape(form));
            }
            desk.dispatching.providers.values()
                    .forEach(each -> forget((ScriptedProvider) each));
        }

        assertThat(refused).as("hostile requests that were refused").isGreaterThan(COUNT / 4);
        await().untilAsserted(() -> assertThat(openFiles()).isLessThan(filesBefore + 20));
        assertThat(eventLoops()).as("the threads that serve").containsAll(loopsBefore);
        long left = liveBytes() - half;
        System.out.printf("HOSTILE %s: %d requests, %d refused, %d KiB more alive after the second half%n", name,
                requests.size(), refused, left >> 10);
        assertThat(left).as("bytes of live objects that the second half left behind").isLessThan(MOST_LEFT);
    }

    /// Bytes of all objects that are alive, without those by which this test remembers what it was told.
    private long liveBytes() throws Exception {
        await().until(() -> routes.inFlight() == 0);
        desk.assertSettled();
        assertNothingLogged();
        await().untilAsserted(() -> assertThat(LiveThreads.named(home, "http")).isEmpty());
        List.of(desk.decided, desk.completed).forEach(Map::clear);
        List.of(desk.outcomes, desk.caches, desk.calls, desk.contexts).forEach(Collection::clear);
        log.list.clear();
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[]{new String[0]}, new String[]{String[].class.getName()});
        var total = Pattern.compile("Total +\\d+ +(\\d+)").matcher(histogram);
        assertThat(total.find()).as(histogram).isTrue();
        return Long.parseLong(total.group(1));
    }

    private static Set<String> eventLoops() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(thread -> thread.startsWith("vert.x-eventloop")).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void forget(ScriptedProvider provider) {
        provider.requests.clear();
        provider.attempts.clear();
    }

    /// The names of the outer members, and of those within.
    private static Set<String> shape(JsonNode json) {
        Set<String> names = new TreeSet<>();
        json.properties().forEach(each -> {
            names.add(each.getKey() + " " + each.getValue().getNodeType());
            each.getValue().properties().forEach(inner -> names.add(each.getKey() + "." + inner.getKey()));
        });
        return names;
    }

    private void assertNothingLogged() {
        assertThat(List.copyOf(log.list)).noneMatch(event -> event.getFormattedMessage()
                .contains(HostileRequests.CANARY)
                || String.valueOf(event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage())
                        .contains(HostileRequests.CANARY));
        assertThat(List.copyOf(log.list)).extracting(ILoggingEvent::getLevel).doesNotContain(Level.ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..%2f..%2f..%2fetc%2fpasswd", "%00", "%ff%fe", "%", "%zz", "a%0d%0aX-Evil:%201",
            "..;/..;/x", "%252e%252e%252f", "$%7bjndi:ldap://x%7d", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void idsLeadNowhere(String id) throws Exception {
        Reply reply = send(("GET /v1/decisions/" + id + "?why_not=%0d%0a" + HostileRequests.CANARY
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));

        assertThat(reply.status()).isBetween(400, 499);
        assertThat(reply.head()).doesNotContain("X-Evil");
        assertThat(MAPPER.readTree(reply.body()).path("error").isMissingNode()).isFalse();
        assertNothingLogged();
    }

    @Test
    void whatIsRightIsAnsweredAsBefore() throws Exception {
        for (String name : dialects()) {
            Reply reply = send(("POST " + path(name) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(reply.status()).as(name).isBetween(400, 499);
        }
    }

    private static int openFiles() {
        String[] files = new File("/proc/self/fd").list();
        return files == null ? 0 : files.length;
    }

    private static Entrances.DecisionBook book() {
        return new Entrances.DecisionBook() {
            @Override
            public byte[] write(Gateway.Decided decided) {
                return new byte[0];
            }

            @Override
            public byte @Nullable [] find(String id, String tenant) {
                return null;
            }

            @Override
            public byte @Nullable [] explain(String id, String tenant, String whyNot) {
                return null;
            }
        };
    }
}
