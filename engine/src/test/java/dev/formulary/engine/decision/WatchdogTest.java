package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kie.api.runtime.KieSession;

/// When a decision is stopped, and when it is not.
class WatchdogTest {
    private final AtomicInteger halts = new AtomicInteger();
    private final KieSession session = (KieSession) Proxy.newProxyInstance(WatchdogTest.class.getClassLoader(),
            new Class<?>[]{KieSession.class}, (proxy, method, arguments) -> switch (method.getName()) {
                case "halt" -> {
                    halts.incrementAndGet();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                default -> throw new AssertionError("a watch only halts, it does not call " + method.getName());
            });

    /// The clock of the machine may begin anywhere and pass its largest number.
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MAX_VALUE - 1})
    void aDecisionIsStoppedOnceWhenItsTimeIsOver(long offset) {
        long until = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        until = offset == 0 ? until : offset;
        try (Watchdog.Watch watch = Watchdog.watch(session, until)) {
            watch.look(until - 1);
            watch.look(until);
            assertThat(watch.stopped()).as("to the last nanosecond").isFalse();
            watch.look(until + 2);
            assertThat(watch.stopped()).isTrue();
            watch.look(until + 3);
            assertThat(halts).hasValue(1);
        }
    }

    @Test
    void aSessionThatMayServeAnotherDecisionIsLeftAlone() {
        long until = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        Watchdog.Watch watch = Watchdog.watch(session, until);
        watch.close();
        watch.look(until + 1);
        assertThat(watch.stopped()).isFalse();
        assertThat(halts).hasValue(0);
    }
}
