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

    private static final PriceNumbers NUMBERS = new PriceNumbers();

    @TempDir
    Path folder;

    private static Opening opening(long id) {
        var classes = new ClassPrices(1, 2, 6, 3, 4, 5, "https://vendor.example", "2026-11-20",
                List.of(new PriceStep(10, 1, 2, 3, 4, 300), new PriceStep(20, 1, 2, 3, 4, -1)));
        return new Opening(id, 7, "call-" + id, 2, "http", "tenänt", "key", "session", "a,b", "tag", "p/m", "rule",
                "p/best",
                -1, new PriceList(100, 200, classes));
    }

    private static JournalEntry entry(Opening opening) {
        return LedgerBytes.of(opening, NUMBERS.of(opening.prices()));
    }

    private static byte[] bytes(JournalEntry entry) {
        return Arrays.copyOf(entry.bytes(), entry.length());
    }

    private static Opening read(Opening opening) {
        JournalEntry entry = entry(opening);
        LedgerEntries.Numbered prices = LedgerEntries
                .prices(bytes(java.util.Objects.requireNonNull(entry.prices()).entry()));
        return LedgerEntries.opening(bytes(entry), number -> number == prices.number() ? prices.prices() : null);
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

        assertThat(read(opening)).isEqualTo(opening);
        Closing read = LedgerEntries.closing(bytes(LedgerBytes.of(closing)));
        assertThat(read).usingRecursiveComparison().isEqualTo(closing);
        Opening longest = read(new Opening(1, Long.MAX_VALUE, "é".repeat(2_000), 1, "a".repeat(64), "é".repeat(300),
                "k".repeat(255) + "é", "", "", "", "", "", "", Long.MIN_VALUE, new PriceList(0, 0, ClassPrices.NONE)));
        assertThat(longest.call()).isEqualTo("é".repeat(512));
        assertThat(longest.via()).hasSize(64);
        assertThat(longest.tenant()).isEqualTo("é".repeat(128));
        assertThat(longest.key()).as("no half of a letter").isEqualTo("k".repeat(255));
        assertThat(longest.at()).isEqualTo(Long.MAX_VALUE);
        assertThat(longest.most()).isEqualTo(Long.MIN_VALUE);
    }

    /// Two bytes for 300, one for each other price.
    @Test
    void pricesThatVersionsBeforeDidNotWriteAreNotKnown() {
        PriceList prices = opening(1).prices();
        byte[] now = bytes(LedgerBytes.of(7, prices));
        LedgerEntries.Numbered before = LedgerEntries.prices(Arrays.copyOf(now, now.length - 4));

        assertThat(LedgerEntries.prices(now).prices()).isEqualTo(prices);
        assertThat(before.number()).isEqualTo(7);
        assertThat(before.prices().classes()).isEqualTo(new ClassPrices(1, 2, 3, 4, 5, "https://vendor.example",
                "2026-11-20", List.of(new PriceStep(10, 1, 2, 3, 4), new PriceStep(20, 1, 2, 3, 4))));
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
                JournalEntry entry = entry(opening(i));
                assertThat(segment.append(entry, JournalSegment.crc(entry))).isTrue();
                if (i == 1) {
                    byte[] prices = bytes(java.util.Objects.requireNonNull(entry.prices()).entry());
                    written.add(prices);
                    place = JournalSegment.after(place, prices);
                }
                written.add(bytes(entry));
                place = JournalSegment.after(place, bytes(entry));
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
                    while (!journal.append(JournalEntry.of(entry))) {
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
                assertThat(journal.append(entry(opening(i)))).isTrue();
            }
            assertThat(journal.append(entry(opening(-1)))).as("one too many").isFalse();
            assertThat(journal.waiting()).isEqualTo(LedgerJournal.MOST_WAITING);

            Files.createDirectory(inner);
            try {
                journal.prepare();
            } catch (IOException e) {
                // there is no more room than that
            }
            List<Long> ids = readAll(journal).stream().filter(entry -> !LedgerEntries.isPrices(entry))
                    .map(LedgerEntries::idOf).toList();
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
            assertThat(journal.append(entry(opening(1)))).isTrue();
            assertThat(readAll(journal)).as("its prices and itself").hasSize(2);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(each -> each.getFileName().toString())).contains("0000000001.journal", "notes.journal");
        }
    }

    /// What a version before has left in its journal.
    @Test
    void entriesOfTheFormerFormAreStillRead() {
        var buffer = ByteBuffer.allocate(1_000).put((byte) 1).putLong(5).putLong(7).putLong(2).putLong(-1);
        for (String text : List.of("call-5", "http", "tenänt", "key", "session", "a,b", "p/m", "rule", "p/best")) {
            text(buffer, text);
        }
        buffer.putLong(100).putLong(200).putLong(1).putLong(2).putLong(3).putLong(4).putLong(5);
        text(buffer, "https://vendor.example");
        text(buffer, "2026-11-20");
        buffer.putLong(1).putLong(10).putLong(1).putLong(2).putLong(3).putLong(4);

        assertThat(LedgerEntries.opening(Arrays.copyOf(buffer.array(), buffer.position()), _ -> null))
                .isEqualTo(new Opening(5, 7, "call-5", 2, "http", "tenänt", "key", "session", "a,b", "", "p/m", "rule",
                        "p/best", -1, new PriceList(100, 200, new ClassPrices(1, 2, 3, 4, 5, "https://vendor.example",
                                "2026-11-20", List.of(new PriceStep(10, 1, 2, 3, 4))))));

        buffer.clear().put((byte) 2).putLong(5).putLong(1).putLong(3).putLong(-1).putLong(11).putLong(0);
        for (int i = 0; i < 16; i++) {
            buffer.putLong(i);
        }
        Closing closing = LedgerEntries.closing(Arrays.copyOf(buffer.array(), buffer.position()));
        assertThat(closing).usingRecursiveComparison().isEqualTo(new Closing(5, Booked.ANSWERED, true, true,
                new Charge(new long[]{0, 2, 4, 6, 8, 10, 12, 14}, new long[]{1, 3, 5, 7, 9, 11, 13, 15}, 11, 0), -1));
    }

    private static void text(ByteBuffer buffer, String text) {
        byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        buffer.putShort((short) utf8.length).put(utf8);
    }

    @Test
    void pricesStandOnceInEachFileThatRefersToThem() throws Exception {
        var books = new Books(folder);
        int all = 400;
        try (Ledger dead = books.open("keep", BYTES)) {
            for (int i = 0; i < all; i++) {
                dead.begin(Books.attempt("a" + i)).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
            }
            try (var journal = LedgerJournal.open(remains(), BYTES)) {
                List<byte[]> entries = readAll(journal);
                assertThat(entries).filteredOn(LedgerEntries::isPrices).hasSize(journal.files());
                assertThat(journal.files()).isBetween(5, all / 4);
            }
            assertThat(dead.lost()).isZero();
        }
        assertThat(books.count("select count(*) from booking")).isEqualTo(all);
        assertThat(books.count("select count(*) from price")).isEqualTo(1);
    }

    private Path remains() throws IOException {
        return Remains.copy(folder.resolve(Ledger.JOURNAL), folder.resolve("copy"));
    }

    @Test
    void whileFilesAreThereNobodyMakesOneAndTheReaderIsTold() throws Exception {
        try (var journal = LedgerJournal.open(folder, BYTES)) {
            var told = new java.util.concurrent.atomic.AtomicInteger();
            journal.whenUsed(told::incrementAndGet);
            journal.prepare();
            assertThat(journals()).as("two are made before").isEqualTo(2);
            int entries = 0;
            while (told.get() < 2) {
                assertThat(journal.append(entry(opening(++entries)))).isTrue();
                assertThat(journals()).isEqualTo(2);
            }
            journal.prepare();
            assertThat(journals()).isEqualTo(4);
            assertThat(readAll(journal)).hasSize(entries + 2);
        }
    }

    private long journals() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".journal")).count();
        }
    }
}
