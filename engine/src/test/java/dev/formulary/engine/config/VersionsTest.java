package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.Versions.Event;
import dev.formulary.engine.config.Versions.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsTest {
    private static final Instant NOON = Instant.parse("2026-08-01T12:00:00Z");
    @TempDir
    private Path home;

    private Path folder() {
        return home.resolve("configuration");
    }

    private Versions versions() {
        return new Versions(folder());
    }

    private void add(Event event, String text) throws IOException {
        versions().add(event, text, "maria", "~first", NOON);
    }

    @Test
    void theLatestComesFirstAlsoAfterARestart() throws Exception {
        assertThat(versions().all()).isEmpty();
        add(Event.STARTED, "node: a\n");
        add(Event.CHANGED, "node: b\n");
        assertThat(versions().all()).containsExactly(
                new Version(2, NOON, Event.CHANGED, Versions.hash("node: b\n"), "maria", "~first"),
                new Version(1, NOON, Event.STARTED, Versions.hash("node: a\n"), "maria", "~first"));
        assertThat(versions().text(Versions.hash("node: a\n"))).contains("node: a\n");
    }

    @Test
    void theLastFiftyAreKeptAndNoMore() throws Exception {
        for (int i = 1; i <= Versions.KEEP + 7; i++) {
            add(Event.CHANGED, "node: n" + i + "\n");
        }
        assertThat(versions().all()).hasSize(Versions.KEEP);
        assertThat(versions().all().getFirst().number()).isEqualTo(Versions.KEEP + 7L);
        assertThat(versions().text(Versions.hash("node: n7\n"))).isEmpty();
        assertThat(versions().text(Versions.hash("node: n8\n"))).isPresent();
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files).hasSize(Versions.KEEP + 1);
        }
    }

    @Test
    void onlyTheOwnerMayReadThem() throws Exception {
        add(Event.STARTED, "node: a\n");
        add(Event.CHANGED, "node: b\n");
        add(Event.CHANGED, "node: a\n");
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files.toList()).hasSize(3).allSatisfy(file -> assertThat(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"));
        }
    }

    @Test
    void whatIsDamagedIsLeftOut() throws Exception {
        add(Event.STARTED, "node: a\n");
        Files.writeString(folder().resolve("history.tsv"), "2\tyesterday\n", StandardOpenOption.APPEND);
        add(Event.CHANGED, "node: b\n");
        Files.writeString(folder().resolve(Versions.hash("node: a\n") + ".yaml"), "node: c\n");
        assertThat(versions().all()).hasSize(2);
        assertThat(versions().text(Versions.hash("node: a\n"))).isEmpty();
    }

    @Test
    void oneIsMeantByNumberByHashOrAsTheOneBefore() throws Exception {
        add(Event.STARTED, "node: a\n");
        add(Event.CHANGED, "node: b\n");
        add(Event.KEPT, "node: c\n");
        String present = Versions.hash("node: b\n");
        String a = Versions.hash("node: a\n");
        assertThat(versions().meant("1", present).hash()).isEqualTo(a);
        assertThat(versions().meant(a.substring(0, 8), present).hash()).isEqualTo(a);
        assertThat(versions().meant("", present).hash()).isEqualTo(a);
        assertThat(versions().served().orElseThrow().hash()).isEqualTo(present);
        for (String wrong : new String[]{"4", "zzzz", "../../etc", "abc"}) {
            assertThatThrownBy(() -> versions().meant(wrong, present)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + wrong + "'").hasMessageContaining("formulary config history");
        }
    }

    @Test
    void withoutAVersionBeforeThereIsNoWayBack() throws Exception {
        add(Event.STARTED, "node: a\n");
        assertThatThrownBy(() -> versions().meant("", Versions.hash("node: a\n")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no version that served before");
    }
}
