package dev.formulary.engine.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
    /// Sooner than the look that comes every two seconds anyway, so it takes an event.
    private static final Duration BY_EVENT = Duration.ofMillis(1500);

    @TempDir
    Path folder;
    private final FolderWatch watch = new FolderWatch();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void theOwnerLooksAtOnceAndAfterAChange() throws IOException {
        Files.writeString(folder.resolve("a"), "1");
        watch.watch("test", folder, this::look);
        await().until(() -> seen.contains("a"));
        awaitIdle();

        Files.writeString(folder.resolve("b"), "1");
        await().atMost(BY_EVENT).until(() -> seen.contains("b"));
    }

    @Test
    void newFoldersAreWatchedToo() throws IOException {
        watch.watch("test", folder, this::look);
        awaitIdle();
        Path deep = Files.createDirectories(folder.resolve("context/clinic"));
        await().until(() -> seen.contains("context/clinic"));
        awaitIdle();

        Files.writeString(deep.resolve("rules.drl"), "rule");
        await().atMost(BY_EVENT).until(() -> seen.contains("context/clinic/rules.drl"));
    }

    @Test
    void aFolderMayVanishAndComeBack() throws IOException {
        Path rules = folder.resolve("rules");
        watch.watch("test", rules, () -> look(rules));
        awaitIdle();
        Files.createDirectory(rules);
        Files.writeString(rules.resolve("first"), "1");
        await().until(() -> seen.contains("first"));

        Files.delete(rules.resolve("first"));
        Files.delete(rules);
        await().until(() -> !seen.contains("first"));
        Files.createDirectory(rules);
        Files.writeString(rules.resolve("again"), "1");
        await().until(() -> seen.contains("again"));
        awaitIdle();

        Files.writeString(rules.resolve("last"), "1");
        await().atMost(BY_EVENT).until(() -> seen.contains("last"));
    }

    @Test
    void anOwnerThatAsksForItIsCalledAgainSoon() {
        watch.watch("test", folder, () -> calls.incrementAndGet() < 5);

        await().atMost(BY_EVENT).until(() -> calls.get() == 5);
    }

    @Test
    void theOwnerIsCalledNowAndThenWithoutAnyChange() {
        watch.watch("test", folder, () -> calls.incrementAndGet() < 0);

        await().until(() -> calls.get() >= 2);
    }

    @Test
    void anErrorEndsNothing() throws IOException {
        watch.watch("test", folder, () -> {
            int call = calls.incrementAndGet();
            if (call == 1) {
                throw new IllegalStateException("broken");
            }
            if (call == 2) {
                throw new StackOverflowError();
            }
            return look();
        });
        await().until(() -> calls.get() == 1);

        Files.writeString(folder.resolve("a"), "1");
        await().until(() -> seen.contains("a"));
    }

    @Test
    void aSlowOwnerDelaysNobodyElse() {
        CountDownLatch slow = new CountDownLatch(1);
        watch.watch("slow", folder, () -> {
            awaitQuietly(slow);
            return false;
        });
        watch.watch("quick", folder, () -> calls.incrementAndGet() < 3);

        await().until(() -> calls.get() == 3);
        slow.countDown();
    }

    @Test
    void aBurstOfChangesIsFewLooks() throws IOException {
        watch.watch("test", folder, this::look);
        awaitIdle();
        int before = calls.get();

        for (int i = 0; i < 2000; i++) {
            Files.writeString(folder.resolve("f" + i), "1");
        }
        await().until(() -> seen.size() >= 2000);

        assertThat(calls.get() - before).isLessThan(100);
    }

    @Test
    void nobodyIsCalledAfterTheEnd() {
        watch.watch("test", folder, this::look);
        awaitIdle();

        watch.close();
        int before = calls.get();

        await().during(Duration.ofMillis(300)).until(() -> calls.get() == before);
    }

    /// Until the owner has been called and the watch waits.
    private void awaitIdle() {
        await().until(() -> calls.get() > 0);
        int before = calls.get();
        await().during(Duration.ofMillis(200)).until(() -> calls.get() <= before + 1);
    }

    private boolean look() {
        return look(folder);
    }

    private boolean look(Path root) {
        calls.incrementAndGet();
        if (!Files.isDirectory(root)) {
            seen.clear();
            return false;
        }
        try (Stream<Path> all = Files.walk(root)) {
            List<String> found = all.map(path -> root.relativize(path).toString()).toList();
            seen.retainAll(found);
            found.stream().filter(each -> !seen.contains(each)).forEach(seen::add);
        } catch (IOException e) {
            return true;
        }
        return false;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
