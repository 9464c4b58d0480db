package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerJournalTest {
    private static final int BYTES = 4_096;

    @TempDir
    Path folder;

    private static Opening opening(long id) {
        var classes = new ClassPrices(1, 2, 3, 4, 5, "https://vendor.example", "2026-11-20",
                List.of(new PriceStep(10, 1, 2, 3, 4)));
        return new Opening(id, 7, "call-" + id, 2, "http", "tenänt", "key", "session", "a,b", "p/m", "rule", "p/best",
                -1, new PriceList(100, 200, classes));
    }

    private static List<byte[]> readAll(LedgerJournal journal) {
        var reader = new JournalReader(journal);
        List<byte[]> all = new ArrayList<>();
        for (JournalReader.Entry entry = reader.next(); entry != null; entry = reader.next()) {
            all.add(entry.content());
        }
        return all;
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        Opening opening = opening(5);
        var closing = new Closing(5, Booked.CANCELLED, false, true,
                Charge.of(Books.MODEL.card(), Usage.of(3, 4), 11), 99);

        assertThat(LedgerBytes.opening(LedgerBytes.of(opening))).isEqualTo(opening);
        Closing read = LedgerBytes.closing(LedgerBytes.of(closing));
        assertThat(read).usingRecursiveComparison().isEqualTo(closing);
        assertThat(LedgerBytes.opening(LedgerBytes.of(new Opening(1, 1, "é".repeat(2_000), 1, "", "", "", "", "", "",
                "", "", 0, new PriceList(0, 0, ClassPrices.NONE)))).call()).isEqualTo("é".repeat(512));
    }

    /// What a loss of power leaves is any part of what was written, with zeros or something else behind.
    @Test
    void whereverTheEndIsTornAllBeforeItIsReadAndNothingElse() throws Exception {
        Path file = folder.resolve("0000000001.journal");
        List<byte[]> written = new ArrayList<>();
        long end;
        try (var segment = JournalSegment.make(file, BYTES)) {
            long place = JournalSegment.HEAD;
            for (int i = 1; i <= 4; i++) {
                byte[] entry = LedgerBytes.of(opening(i));
                assertThat(segment.append(entry, JournalSegment.crc(entry))).isTrue();
                written.add(entry);
                place = JournalSegment.after(place, entry);
            }
            end = place;
        }
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 0; cut <= end; cut++) {
            torn(file, Arrays.copyOf(whole, cut), written, cut);
            torn(file, filled(whole, cut, (byte) 0), written, cut);
            torn(file, filled(whole, cut, (byte) 0x5a), written, cut);
        }
    }

    private static byte[] filled(byte[] whole, int from, byte with) {
        byte[] torn = whole.clone();
        Arrays.fill(torn, from, torn.length, with);
        return torn;
    }

    private void torn(Path file, byte[] content, List<byte[]> written, int cut) throws IOException {
        Files.write(file, content);
        try (var journal = LedgerJournal.open(folder, BYTES)) {
            List<byte[]> read = readAll(journal);
            assertThat(read).as("cut at %s", cut).usingRecursiveFieldByFieldElementComparator()
                    .isEqualTo(written.subList(0, read.size()));
            long whole = JournalSegment.HEAD;
            int intact = 0;
            while (intact < written.size() && JournalSegment.after(whole, written.get(intact)) <= cut) {
                whole = JournalSegment.after(whole, written.get(intact++));
            }
            assertThat(read).as("cut at %s", cut).hasSizeGreaterThanOrEqualTo(intact);
        }
    }

    @Test
    void entriesOfManyThreadsAreAllReadInTheOrderOfEach() throws Exception {
        int threads = 16;
        int each = 500;
        try (var journal = LedgerJournal.open(folder, 1 << 14)) {
            var start = new CountDownLatch(1);
            List<Thread> all = IntStream.range(0, threads).mapToObj(t -> Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 0; i < each; i++) {
                    byte[] entry = ByteBuffer.allocate(30).putInt(1, t).putInt(5, i).array();
                    while (!journal.append(entry)) {
                        Thread.onSpinWait();
                    }
                }
            })).toList();
            start.countDown();
            var reader = new JournalReader(journal);
            int[] next = new int[threads];
            for (int found = 0; found < threads * each;) {
                journal.prepare();
                JournalReader.Entry entry = reader.next();
                if (entry != null) {
                    ByteBuffer read = ByteBuffer.wrap(entry.content());
                    assertThat(read.getInt(5)).isEqualTo(next[read.getInt(1)]++);
                    found++;
                    for (JournalSegment done : reader.read()) {
                        reader.forget(done);
                        journal.release(done);
                    }
                }
            }
            for (Thread thread : all) {
                thread.join();
            }
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void whereThereIsNoRoomForAFileEntriesWaitInOrder() throws Exception {
        Path inner = folder.resolve("inner");
        try (var journal = LedgerJournal.open(inner, BYTES)) {
            Files.delete(inner);
            for (int i = 0; i < LedgerJournal.MOST_WAITING; i++) {
                assertThat(journal.append(LedgerBytes.of(opening(i)))).isTrue();
            }
            assertThat(journal.append(LedgerBytes.of(opening(-1)))).as("one too many").isFalse();
            assertThat(journal.waiting()).isEqualTo(LedgerJournal.MOST_WAITING);

            Files.createDirectory(inner);
            try {
                journal.prepare();
            } catch (IOException e) {
                // there is no more room than that
            }
            List<Long> ids = readAll(journal).stream().map(LedgerBytes::idOf).toList();
            assertThat(ids).isNotEmpty().isSorted().first().isEqualTo(0L);
            assertThat(journal.waiting()).isEqualTo(LedgerJournal.MOST_WAITING - ids.size());
            assertThat(journal.files()).isEqualTo(LedgerJournal.MOST_FILES);
        }
    }

    @Test
    void whatIsNoJournalIsLeftOut() throws Exception {
        Files.writeString(folder.resolve("0000000001.journal"), "something else altogether");
        Files.writeString(folder.resolve("notes.journal"), "");
        try (var journal = LedgerJournal.open(folder, BYTES)) {
            assertThat(journal.append(LedgerBytes.of(opening(1)))).isTrue();
            assertThat(readAll(journal)).hasSize(1);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(each -> each.getFileName().toString())).contains("0000000001.journal", "notes.journal");
        }
    }
}
