package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A plug-in is replaced again and again while it is asked. `-Dformulary.replacements=1000` for the long form, which prints
/// what lies in memory after every hundred.
@Timeout(1800)
class ReplacementsTest {
    private static final int REPLACEMENTS = Integer.getInteger("formulary.replacements", 60);
    private static final int CALLERS = 4;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong calls = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch left = new CountDownLatch(CALLERS);

    @Test
    void noCallFailsAndNothingStaysBehind(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("0"));
            for (int i = 0; i < CALLERS; i++) {
                Thread.ofPlatform().daemon().start(() -> askOnAndOn(folder));
            }
            for (int version = 1; version <= REPLACEMENTS; version++) {
                folder.put(new PluginBuilder(Integer.toString(version)));
                report(version, folder);
            }
            over.set(true);
            left.await();

            assertThat(failures).isEmpty();
            assertThat(calls.get()).isGreaterThan(REPLACEMENTS);
            assertThat(folder.ask("echo")).isEqualTo(REPLACEMENTS + " own");
            assertThat(leaked(folder)).isLessThanOrEqualTo(3);
        }
    }

    private void askOnAndOn(PluginFolder folder) {
        while (!over.get()) {
            try {
                String answer = folder.ask("echo");
                if (!answer.matches("\\d+ own")) {
                    failures.add(answer);
                }
            } catch (ProviderException | InterruptedException | RuntimeException e) {
                failures.add(e.toString());
            }
            calls.incrementAndGet();
        }
        left.countDown();
    }

    private static int leaked(PluginFolder folder) throws IOException {
        int alive = Integer.MAX_VALUE;
        for (int i = 0; i < 20 && alive > 3; i++) {
            System.gc();
            folder.settle();
            alive = folder.providers.leakedLoaders();
        }
        return alive;
    }

    private void report(int version, PluginFolder folder) throws IOException {
        if (version % 100 == 0) {
            int alive = leaked(folder);
            System.out.printf(
                    "replacements=%d calls=%d failed=%d loaders_left=%d classes=%d metaspace_kb=%d heap_kb=%d%n",
                    version, calls.get(), failures.size(), alive,
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(), metaspace() / 1024,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024);
        }
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(pool -> pool.getUsage().getUsed()).sum();
    }

}
