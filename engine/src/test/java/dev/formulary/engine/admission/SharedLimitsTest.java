package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Settings.LimitEntry;
import dev.formulary.engine.facts.RateLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Limits whose windows lie elsewhere.
class SharedLimitsTest {
    private final MutableClock clock = new MutableClock(NOON);
    private final Elsewhere elsewhere = new Elsewhere();
    private Limits limits;

    @TempDir
    private Path folder;

    /// Windows that other nodes take from, too, and that can't always be asked.
    private static final class Elsewhere implements Window.Shared {
        private final Map<String, LocalWindow> windows = new HashMap<>();
        private final Map<String, Window.Kept> kept = new HashMap<>();
        private String apart = "";

        private LocalWindow window(String id) {
            return Objects.requireNonNull(windows.get(id));
        }

        private Window.Kept kept(String id) {
            return Objects.requireNonNull(kept.get(id));
        }

        @Override
        public Window of(String name, Window.Size size, LongSupplier millis, Window.Kept memory) {
            var window = new LocalWindow(size, millis, SlidingWindow.Memory.NONE);
            String id = name.substring(0, name.indexOf('\t'));
            windows.put(id, window);
            kept.put(id, memory);
            return new Window() {
                @Override
                public long take(long count) {
                    return id.equals(apart) ? APART : window.take(count);
                }

                @Override
                public void giveBack(long slot, long count) {
                    window.giveBack(slot, count);
                }

                @Override
                public void add(long count) {
                    window.add(count);
                }

                @Override
                public long left() {
                    return window.left();
                }

                @Override
                public List<Slot> slots() {
                    return window.slots();
                }

                @Override
                public long waitFor(long count) {
                    return window.waitFor(count);
                }
            };
        }

        @Override
        public void forget(String name) {
            windows.remove(name);
        }
    }

    @BeforeEach
    void start() throws IOException {
        limits = limits();
    }

    private Limits limits() throws IOException {
        return new Limits(
                Samples.settings(Map.of(), List.of(), List.of(new LimitEntry("calls", "total", 3, 0, "minute", 0),
                        new LimitEntry("words", "tenant:default", 0, 100, "hour", 0),
                        new LimitEntry("brief", "total", 50, 0, "second", 0))),
                folder.resolve("limits.bin"), clock, () -> clock.millis() * 1_000_000, elsewhere);
    }

    private List<Long> left() {
        return limits.snapshot().stream().map(RateLimit::left).toList();
    }

    @Test
    void whatOthersTakeIsTaken() throws Exception {
        limits.admit(call("default"), 10, 10).settle(5);
        elsewhere.window("calls").take(2);

        assertThat(left()).containsExactly(0L, 95L, 49L);
        assertThat(catchThrowableOfType(LimitReachedException.class, () -> limits.admit(call("default"), 1, 1)))
                .hasMessage("the limit 'calls' of 3 requests per minute for total is reached");
    }

    @Test
    void whereTheOthersCantBeAskedNothingIsTakenAndTheCallMayTryAgain() {
        elsewhere.apart = "words";

        var refusal = catchThrowableOfType(LimitReachedException.class, () -> limits.admit(call("default"), 10, 10));

        assertThat(refusal)
                .hasMessage("the other nodes can't be asked about the limit 'words' of 100 tokens per hour for"
                        + " tenant:default for now");
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(left()).containsExactly(3L, 100L, 50L);
    }

    @Test
    void whatIsKeptIsThereAfterARestartAndInOneNodeWithoutOthers() throws IOException {
        long slot = NOON.toEpochMilli() / 600;
        elsewhere.kept("calls").keep(77, List.of(new Window.Slot(slot - 1, 1), new Window.Slot(slot, 1)));

        limits();
        assertThat(elsewhere.kept("calls").life()).isEqualTo(77);
        assertThat(elsewhere.kept("calls").slots()).containsExactlyInAnyOrder(new Window.Slot(slot - 1, 1),
                new Window.Slot(slot, 1));
        assertThat(elsewhere.kept("brief")).isSameAs(Window.Kept.NONE);

        var alone = new Limits(Samples.settings(Map.of(), List.of(),
                List.of(new LimitEntry("calls", "total", 3, 0, "minute", 0))), folder.resolve("limits.bin"), clock,
                () -> clock.millis() * 1_000_000);
        assertThat(alone.snapshot().getFirst().left()).isEqualTo(1);
    }
}
