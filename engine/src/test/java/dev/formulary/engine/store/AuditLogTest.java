package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private final MutableClock clock = new MutableClock(Samples.NOON);
    @TempDir
    private Path folder;

    private static AuditLog.Entry entry(String what) {
        return new AuditLog.Entry("ops", "10.0.0.1", what, "done", Map.of("name", "käthe", "model", "a/b"));
    }

    private void write(AuditLog log, int entries) {
        for (int i = 0; i < entries; i++) {
            log.add(entry("keys/" + i));
            clock.advance(Duration.ofSeconds(1));
        }
    }

    private ChainReport verify() throws IOException {
        return AuditLog.verify(folder, "");
    }

    @Test
    void entriesAreThereAgainAndTheChainGoesOn() throws IOException {
        assertThat(verify()).isEqualTo(new ChainReport(0, 0, 0, "00".repeat(32), null));
        write(new AuditLog(folder, clock), 3);
        String head = verify().hash();
        write(new AuditLog(folder, clock), 2);

        assertThat(verify().broken()).isNull();
        assertThat(verify().entries()).isEqualTo(5);
        assertThat(AuditLog.verify(folder, head).broken()).isNull();
        assertThat(AuditLog.verify(folder, "ab".repeat(32)).broken()).contains("no entry has the hash");
        assertThat(AuditLog.latest(folder, 1)).singleElement().satisfies(latest -> assertThat(latest)
                .containsEntry("seq", 5L).containsEntry("who", "ops").containsEntry("from", "10.0.0.1")
                .containsEntry("what", "keys/1").containsEntry("outcome", "done")
                .containsEntry("about", Map.of("model", "a/b", "name", "käthe"))
                .containsEntry("at", "2026-11-20T12:00:04Z"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("audit.jsonl"))))
                .isEqualTo("rw-------");
    }

    /// Any bit, and any line that is gone.
    @Test
    void whateverIsChangedIsNoticed() throws IOException {
        write(new AuditLog(folder, clock), 8);
        Path file = folder.resolve("audit.jsonl");
        byte[] good = Files.readAllBytes(file);
        var random = new Random(3);
        for (int i = 0; i < 400; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length - 1);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertThat(verify().broken()).as("byte " + at).isNotNull();
        }
        Files.write(file, good);
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < 7; i++) {
            int gone = i;
            Files.write(file, java.util.stream.IntStream.range(0, 8).filter(each -> each != gone)
                    .mapToObj(lines::get).toList());
            assertThat(verify().broken()).as("line " + i).contains("are missing");
        }
        Files.write(file, good);
        assertThat(verify().broken()).isNull();
    }

    @Test
    void aLineThatWasNotWrittenToItsEndIsCutOff() throws IOException {
        write(new AuditLog(folder, clock), 3);
        Path file = folder.resolve("audit.jsonl");
        byte[] good = Files.readAllBytes(file);
        for (int cut = good.length - 1; cut > 0; cut -= 7) {
            Files.write(file, java.util.Arrays.copyOf(good, cut));
            write(new AuditLog(folder, clock), 1);
            assertThat(verify().broken()).as("cut off at " + cut).isNull();
        }
    }

    @Test
    void aDamagedEndIsPutAsideAndToldOf() throws IOException {
        write(new AuditLog(folder, clock), 3);
        Files.writeString(folder.resolve("audit.jsonl"), "nonsense\n");

        write(new AuditLog(folder, clock), 1);

        assertThat(AuditLog.latest(folder, 5)).extracting(each -> each.get("what")).containsExactly("keys/0",
                "audit/damaged");
        assertThat(verify().broken()).isNull();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString())).anyMatch(name -> name.contains("damaged"));
        }
    }

    @Test
    void filesAreBoundedAndWhatWasPrunedIsKnown() throws IOException {
        for (int restart = 0; restart < 20; restart++) {
            write(new AuditLog(folder, clock, 2_000), 20);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(each -> each.toString().contains("audit")).count()).isEqualTo(AuditLog.FILES);
        }
        ChainReport report = verify();
        assertThat(report.broken()).isNull();
        assertThat(report.first()).isGreaterThan(200);
        assertThat(report.head()).isEqualTo(report.first() + report.entries() - 1);
        assertThat(AuditLog.latest(folder, 30)).hasSize(30);
        try (Stream<Path> files = Files.list(folder)) {
            Files.delete(files.filter(each -> each.toString().contains("audit-")).sorted().findFirst().orElseThrow());
        }
        assertThat(verify().broken()).contains("are missing");
    }

    @Test
    void whatStrangersCauseDrivesOutNothing() throws IOException {
        var log = new AuditLog(folder, clock);
        for (int i = 0; i < 1_000; i++) {
            log.addMinor(entry("login/throttled"));
        }
        clock.advance(Duration.ofMinutes(1));
        log.addMinor(entry("login/throttled"));
        assertThat(verify().entries()).isEqualTo(21);
    }

    @Test
    void manyWriteAtOnce() throws Exception {
        var log = new AuditLog(folder, clock, 5_000);
        try (var writers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                writers.execute(() -> log.add(entry("keys/" + number)));
            }
        }
        assertThat(verify().broken()).isNull();
        assertThat(Files.readString(folder.resolve("audit.jsonl"), StandardCharsets.UTF_8)).endsWith("\n");
    }
}
