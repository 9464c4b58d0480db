package dev.formulary.engine.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderEventsTest {
    @TempDir
    Path folder;

    @Test
    void withoutEventsItJustWaits() throws Exception {
        try (FolderEvents events = new FolderEvents("test", folder, null)) {
            events.register();

            assertThat(events.await(1)).isTrue();
        }
    }

    @Test
    void closingEndsTheWaitWithOrWithoutEvents() throws IOException {
        for (FolderEvents events : new FolderEvents[]{new FolderEvents("test", folder, null),
                new FolderEvents("test", folder, FileSystems.getDefault().newWatchService())}) {
            CompletableFuture<Boolean> goesOn = CompletableFuture.supplyAsync(() -> outcome(events));

            events.close();
            events.register();

            await().until(goesOn::isDone);
            assertThat(goesOn.join()).isFalse();
        }
    }

    @Test
    void aServiceThatEndedIsNoError() throws IOException {
        WatchService ended = FileSystems.getDefault().newWatchService();
        ended.close();
        try (FolderEvents events = new FolderEvents("test", folder, ended)) {
            assertThatCode(events::register).doesNotThrowAnyException();
            assertThat(outcome(events)).isFalse();
        }
    }

    @Test
    void aLinkToAFolderIsWatchedWithAllBelowAndLoopsDoNotMatter() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("real/deep"));
        Files.createSymbolicLink(deep.resolve("loop"), folder);
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        try (FolderEvents events = FolderEvents.of("test", link)) {
            events.register();
            CompletableFuture<Boolean> changed = CompletableFuture.supplyAsync(() -> outcome(events));

            Files.writeString(deep.resolve("file"), "1");

            await().until(changed::isDone);
            assertThat(changed.join()).isTrue();
        }
    }

    private static boolean outcome(FolderEvents events) {
        try {
            return events.await(60_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
