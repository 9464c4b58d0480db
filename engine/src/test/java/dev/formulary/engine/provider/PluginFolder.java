package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// A plug-in folder with its providers and a clock that a test moves on.
final class PluginFolder implements AutoCloseable {
    static final Settings.Plugins ANY = new Settings.Plugins("off", List.of());
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final Path plugins;
    final Path work;
    final Providers providers;
    final Queue<PluginEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicLong clock = new AtomicLong();

    PluginFolder(Path home, ProviderEntry... entries) throws IOException {
        this(home, ANY, Duration.ofSeconds(30), entries);
    }

    PluginFolder(Path home, Settings.Plugins settings, Duration drain, ProviderEntry... entries) throws IOException {
        plugins = home.resolve("plugins");
        work = home.resolve("work");
        var timing = new Timing(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(2),
                Duration.ofSeconds(1), drain, Duration.ofSeconds(1), PATIENCE, clock::get);
        providers = new Providers(plugins, work, List.of(entries), settings, (_, _) -> {
            throw new UnsupportedOperationException("no network in this test");
        }, events::add, timing);
        providers.reconcile();
    }

    static ProviderEntry entry(String id, String kind, Map<String, Object> settings) {
        return new ProviderEntry(id, kind, settings);
    }

    Path jar(String name) {
        return plugins.resolve(name);
    }

    void put(PluginBuilder plugin) throws IOException {
        put("echo.jar", plugin);
    }

    /// Puts a JAR into the folder and lets the clock run until nothing is pending.
    void put(String name, PluginBuilder plugin) throws IOException {
        plugin.into(jar(name));
        settle();
    }

    void settle() {
        int rounds = 0;
        while (providers.reconcile()) {
            advance(100);
            assertThat(++rounds).as("rounds until it has settled").isLessThan(50);
        }
    }

    /// One look, the given time after the one before.
    boolean look(long millis) {
        advance(millis);
        return providers.reconcile();
    }

    void advance(long millis) {
        clock.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    String ask(String provider) throws ProviderException, InterruptedException {
        Lease lease = providers.acquire(provider);
        if (lease == null) {
            return "nobody";
        }
        try (lease; ReplyStream stream = lease.provider().chat(request(), attempt())) {
            var words = new StringBuilder();
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                if (event instanceof ReplyEvent.Text(String text)) {
                    words.append(text);
                }
            }
            return words.toString();
        }
    }

    PluginStatus only(State state) {
        return providers.status().stream().filter(status -> status.state() == state).reduce((a, b) -> {
            throw new AssertionError("more than one is " + state + ": " + a + ", " + b);
        }).orElseThrow(() -> new AssertionError("none is " + state + ": " + providers.status()));
    }

    static ChatRequest request() {
        return new ChatRequest("parrot", List.of(ChatRequest.Message.text(ChatRequest.Role.USER, "hello")), List.of(),
                null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), true, false, Map.of(), null);
    }

    static CallerAttempt attempt() {
        return new CallerAttempt();
    }

    @Override
    public void close() {
        providers.close();
    }

    /// The attempt of a caller that has all the time in the world.
    static final class CallerAttempt implements Attempt {
        private volatile boolean cancelled;
        private volatile Runnable release = () -> {};

        void cancel() {
            cancelled = true;
            release.run();
        }

        @Override
        public String callId() {
            return "call-1";
        }

        @Override
        public Duration remaining() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Duration firstByte() {
            return Duration.ofSeconds(30);
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }

        @Override
        public void onCancel(Runnable letGo) {
            release = letGo;
            if (cancelled) {
                letGo.run();
            }
        }
    }
}
