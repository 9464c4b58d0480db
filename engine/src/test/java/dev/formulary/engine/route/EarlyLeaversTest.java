package dev.formulary.engine.route;

import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.allowing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.dialect.OpenAiChat;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.OutboundHttp;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Clients that leave at every moment of a call, over real sockets on both sides: the vendor's connection ends at once, and
/// nothing is held any more. The vendor would never finish, and no deadline comes before the patience of these tests.
class EarlyLeaversTest {
    private static final String PATH = "/v1/chat/completions";
    private static final int ROUNDS = Integer.getInteger("formulary.leavers", 40);
    private static final long SEED = Long.getLong("formulary.leavers.seed", 20261130);

    @TempDir
    Path home;
    private final EventLoops loops = new EventLoops();
    private final OutboundHttp http = new OutboundHttp(loops, OutboundHttp.Limits.defaults("test"));
    private final VendorServer vendor = VendorServer.bare();
    private final Semaphore reached = new Semaphore(0);
    private final Random random = new Random(SEED);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private Desk desk;
    private Routes routes;

    /// How far the vendor has come when the client leaves.
    enum Moment {
        ASKED, HEAD_SENT, WORDS_SENT, MANY_WORDS_SENT;

        VendorReply reply(Semaphore reached) {
            return (_, wire) -> {
                if (this != ASKED) {
                    wire.head("text/plain");
                }
                for (int i = 0; i < (this == MANY_WORDS_SENT ? 200 : this == WORDS_SENT ? 1 : 0); i++) {
                    wire.chunk("some words ");
                }
                reached.release();
                wire.untilHungUp();
            };
        }
    }

    /// Asks by the gateway's own HTTP client, and tells what comes as it comes.
    private record Vendor(HttpTransport http, URI uri) implements Provider {
        @Override
        public List<ModelCard> models() {
            return List.of();
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
            HttpTransport.Response response = http.send(new HttpTransport.Request("POST", uri, Map.of(),
                    "{}".getBytes(StandardCharsets.UTF_8)), attempt);
            return new ReplyStream() {
                @Override
                public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
                    byte[] piece = response.read();
                    return piece == null ? null : new ReplyEvent.Text(new String(piece, StandardCharsets.UTF_8));
                }

                @Override
                public void close() {
                    response.close();
                }
            };
        }

        @Override
        public void close() {
            // the connections are the gateway's
        }
    }

    @BeforeEach
    void start() throws Exception {
        log.start();
        root.addAppender(log);
        desk = new Desk(home, null);
        desk.policy = allowing(0, "a");
        desk.dispatching.providers.put("a", new Vendor(http, URI.create(vendor.baseUrl() + PATH)));
        Settings settings = Samples.settings(Map.of(), List.of());
        Path folder = Files.createDirectory(home.resolve("routes"));
        Files.writeString(folder.resolve("chat.yaml"), """
            - from:
                uri: platform-http:/v1/chat/completions
                steps:
                  - to: formulary:openai-chat
            """);
        routes = new Routes(home, folder, settings, loops, Map.of("openai-chat", desk.gateway().chat(new OpenAiChat())),
                _ -> {}, Map.of());
        routes.start();
    }

    @AfterEach
    void stop() {
        routes.close();
        vendor.close();
        http.close();
        loops.close();
        root.detachAppender(log);
    }

    private Socket ask(String body, String headers) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), routes.port());
        socket.setTcpNoDelay(true);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + headers
                + "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    /// In good order, or as a program does that is killed.
    private void leave(Socket socket) throws IOException {
        if (random.nextBoolean()) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }

    private void assertNothingGoesOn() {
        await().untilAsserted(() -> {
            assertThat(routes.inFlight()).as("calls under way").isZero();
            assertThat(vendor.aborted()).as("questions that the vendor saw given up")
                    .isEqualTo(vendor.requests().size());
            desk.assertSettled();
        });
        assertThat(List.copyOf(log.list)).extracting(ILoggingEvent::getLevel).doesNotContain(Level.WARN, Level.ERROR);
    }

    @ParameterizedTest
    @EnumSource
    void whereverTheVendorIsItsConnectionEndsWithTheClients(Moment moment) throws Exception {
        vendor.always(PATH, moment.reply(reached));
        for (int i = 0; i < ROUNDS; i++) {
            Socket client = ask(i % 2 == 0 ? STREAMED : HELLO, i % 4 == 0 ? "X-Formulary-Waiting: tell\r\n" : "");
            assertThat(reached.tryAcquire(20, TimeUnit.SECONDS)).as("the vendor is asked").isTrue();

            leave(client);
        }

        assertNothingGoesOn();
        assertThat(vendor.requests()).hasSize(ROUNDS);
        assertThat(desk.outcomes).hasSize(ROUNDS).extracting(Outcome::status).containsOnly(Outcome.Status.CLIENT_GONE);
    }

    @Test
    void whoLeavesAtAnyMomentLeavesNothingBehind() throws Exception {
        Moment[] moments = Moment.values();
        for (int i = 0; i < 10 * ROUNDS; i++) {
            vendor.always(PATH, moments[random.nextInt(moments.length)].reply(reached));
            Socket client = ask(random.nextBoolean() ? STREAMED : HELLO, "");
            long until = System.nanoTime() + random.nextInt(3_000_000);
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            leave(client);
        }

        assertNothingGoesOn();
    }
}
