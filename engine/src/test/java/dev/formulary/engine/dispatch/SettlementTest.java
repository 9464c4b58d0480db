package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever plug-ins and callers do, everything that an attempt holds is given back once.
class SettlementTest {
    private static final int CALLS = 400;
    private static final List<FailureCategory> CATEGORIES = List.of(FailureCategory.values());

    @TempDir
    private Path folder;

    /// Does something else with each call, by chance.
    private static final class Unruly implements ScriptedProvider.Script {
        private final Random random;
        private final AtomicInteger open;

        Unruly(long seed, AtomicInteger open) {
            this.random = new Random(seed);
            this.open = open;
        }

        private synchronized int chance(int bound) {
            return random.nextInt(bound);
        }

        private void misbehave() throws ProviderException, InterruptedException {
            switch (chance(40)) {
                case 0 -> throw new IllegalStateException("bug");
                case 1 -> throw new NoClassDefFoundError("missing");
                case 2 -> throw new AssertionError("wrong");
                case 3 -> throw new StackOverflowError();
                case 4, 5, 6, 7, 8, 9, 10 -> throw new ProviderException(
                        CATEGORIES.get(chance(CATEGORIES.size())), "scripted");
                case 11, 12 -> new CountDownLatch(1).await(chance(3), TimeUnit.MILLISECONDS);
                default -> {
                    // behaves
                }
            }
        }

        @Override
        public ReplyStream play(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
            misbehave();
            if (chance(3) == 0) {
                attempt.onCancel(() -> {});
            }
            open.incrementAndGet();
            return new ReplyStream() {
                private int left = chance(6);
                private boolean closed;

                @Override
                public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
                    misbehave();
                    return switch (left--) {
                        case 1 -> new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP);
                        case 0 -> null;
                        case 2 -> new ReplyEvent.Accounting(Usage.of(3, 4));
                        default -> left < 0 ? null : new ReplyEvent.Text("words");
                    };
                }

                @Override
                public void close() {
                    if (!closed) {
                        closed = true;
                        open.decrementAndGet();
                    }
                    if (chance(20) == 0) {
                        throw new IllegalStateException("can't close");
                    }
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everythingIsGivenBackOnce(long seed) throws Exception {
        var breaker = new Settings.Breaker(0.9, 50, 50, 0.9, Duration.ofSeconds(60), Duration.ofSeconds(10),
                Duration.ofSeconds(10), 2);
        var all = new Dispatching(folder, 5_000_000, breaker);
        var open = new AtomicInteger();
        for (String provider : List.of("a", "b", "c")) {
            all.provider(provider).then(new Unruly(seed + provider.hashCode(), open));
        }
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                var random = new Random(seed * CALLS + i);
                calls.add(executor.submit(() -> {
                    call(all, random);
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        all.assertNothingHeld();
        assertThat(open).hasValue(0);
        assertThat(all.heard.stream().filter(each -> each.startsWith("begun"))).hasSizeGreaterThan(CALLS / 2)
                .hasSameSizeAs(all.heard.stream().filter(each -> each.startsWith("ended")).toList());
        assertThat(all.breakers.state("a/m")).isNotNull();
    }

    private static void call(Dispatching all, Random random) throws Exception {
        var guest = new Guest();
        Order order = order(plan("a", "b", "c"), guest, random.nextInt(4) == 0 ? 3 : 60_000);
        Thread leaving = random.nextInt(3) == 0 ? Thread.ofVirtual().start(guest::leave) : null;
        try {
            if (random.nextBoolean()) {
                all.dispatcher.collect(order, new Words());
            } else {
                read(all.dispatcher.open(order), random);
            }
        } catch (DispatchException | ProviderException e) {
            assertThat(e).isNotNull();
        } catch (InterruptedException e) {
            assertThat(guest.gone()).isTrue();
        }
        if (leaving != null) {
            leaving.join();
        }
    }

    /// Reads to the end, or closes in the middle.
    private static void read(Opened opened, Random random) throws Exception {
        try (opened) {
            for (ReplyEvent event = opened.next(); event != null; event = opened.next()) {
                if (random.nextInt(5) == 0) {
                    return;
                }
            }
        }
    }
}
