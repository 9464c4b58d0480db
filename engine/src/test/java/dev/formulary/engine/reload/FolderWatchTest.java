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
    /// So rarely that only an event can wake the owner within the test.
    private static final long NEVER_MS = Duration.ofHours(1).toMillis();

    @TempDir
    Path folder;
    private final FolderWatch watch = new FolderWatch(NEVER_MS);
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

        Files.writeString(folder.resolve("b"), "1");
        await().until(() -> seen.contains("b"));
        Files.delete(folder.resolve("a"));
        await().until(() -> !seen.contains("a"));
    }

    @Test
    void newFoldersAreWatchedToo() throws IOException {
        watch.watch("test", folder, this::look);
        await().until(() -> calls.get() > 0);
        Path deep = Files.createDirectories(folder.resolve("context/clinic"));
        await().until(() -> seen.contains("context/clinic"));

        Files.writeString(deep.resolve("rules.drl"), "rule");
        await().until(() -> seen.contains("context/clinic/rules.drl"));
    }

    @Test
    void aFolderMayVanishAndComeBack() throws IOException {
        Path rules = folder.resolve("rules");
        try (FolderWatch often = new FolderWatch(50)) {
            often.watch("test", rules, () -> look(rules));
            for (String file : List.of("first", "second")) {
                Files.createDirectory(rules);
                Files.writeString(rules.resolve(file), "1");
                await().until(() -> seen.contains(file));
                Files.delete(rules.resolve(file));
                Files.delete(rules);
                await().until(() -> seen.isEmpty());
            }
        }
    }

    @Test
    void anOwnerThatAsksForItIsCalledAgainSoon() {
        watch.watch("test", folder, () -> calls.incrementAndGet() < 5);

        await().until(() -> calls.get() == 5);
    }

    @Test
    void theOwnerIsCalledNowAndThenWithoutAnyChange() {
        try (FolderWatch usual = new FolderWatch()) {
            usual.watch("test", folder, () -> calls.incrementAndGet() < 0);

            await().until(() -> calls.get() >= 2);
        }
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
        for (int call = 1; call <= 3; call++) {
            int before = call;
            await().until(() -> calls.get() >= before);
            Files.writeString(folder.resolve("change" + call), "1");
        }

        await().until(() -> seen.contains("change3"));
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
        await().until(() -> calls.get() > 0);

        for (int i = 0; i < 2000; i++) {
            Files.writeString(folder.resolve("f" + i), "1");
        }
        await().until(() -> seen.size() >= 2000);

        assertThat(calls.get()).isLessThan(200);
    }

    @Test
    void nobodyIsCalledAfterTheEnd() {
        FolderWatch busy = new FolderWatch(1);
        busy.watch("test", folder, this::look);
        await().until(() -> calls.get() > 10);

        busy.close();
        int before = calls.get();

        await().during(Duration.ofMillis(200)).until(() -> calls.get() == before);
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
