package dev.formulary.engine.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of the journal, mapped into memory: what was stored outlives the process however it ends, without a system call for
/// each entry. It is written full of zeros before it is used, so that a full disk is told then and not by a fault later.
///
/// It begins with a number that names its format and the last id that was given before. An entry is its length (4 bytes, stored
/// last), its CRC-32C (4 bytes) and its content, and begins where 8 divides its place; numbers are in the
/// machine's own byte order. Where a length of 0 stands the entries
/// end. One thread at a time appends; another may read meanwhile.
final class JournalSegment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalSegment.class);
    static final int HEAD = 2 * Long.BYTES;
    private static final int ENTRY = 2 * Integer.BYTES;
    private static final long FORMAT = 0x464c_4a4e_4c31_0001L;
    private static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();

    private final Path file;
    private final Arena arena;
    private final MemorySegment memory;
    /// Of prices that stand here.
    private final BitSet numbers = new BitSet();
    private long end = HEAD;

    private JournalSegment(Path file, Arena arena, MemorySegment memory) {
        this.file = file;
        this.arena = arena;
        this.memory = memory;
    }

    /// Makes a file without entries; it appears complete or not at all.
    static JournalSegment make(Path file, int bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder()).putLong(FORMAT).array());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        return open(file);
    }

    /// Opens what a process before has left. A file that is shorter than its head has no entries.
    ///
    /// @throws IOException when it can't be read, or is none of this kind
    static JournalSegment open(Path file) throws IOException {
        var arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
            if (memory.byteSize() >= HEAD && memory.get(ValueLayout.JAVA_LONG, 0) != FORMAT) {
                throw new IOException("the file " + file + " is no journal of the ledger");
            }
            return new JournalSegment(file, arena, memory);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    /// The last id that was given when it began to be used.
    long lastId() {
        return memory.byteSize() < HEAD ? 0 : memory.get(ValueLayout.JAVA_LONG, Long.BYTES);
    }

    void lastId(long id) {
        memory.set(ValueLayout.JAVA_LONG, Long.BYTES, id);
    }

    /// The highest id that was given before it began to be used or stands in it. Reads all of it, and tells where it is damaged.
    long highestId() {
        long highest = lastId();
        long at = HEAD;
        for (byte[] entry = read(at); entry != null; entry = read(at)) {
            highest = Math.max(highest, LedgerEntries.idOf(entry));
            at = after(at, entry);
        }
        if (damagedAt(at)) {
            LOG.error("the end of a file was damaged and is left out file={} from={}", file, at);
        }
        return highest;
    }

    /// Whether an entry fits into a file of that size at all, with all that it refers to.
    static boolean fits(JournalEntry entry, int size) {
        JournalEntry.Prices prices = entry.prices();
        return HEAD + room(entry) + (prices == null ? 0 : room(prices.entry())) <= size;
    }

    private static long room(JournalEntry entry) {
        return place(ENTRY + entry.length());
    }

    /// Writes an entry, and before it what it refers to, where that does not stand here yet.
    ///
    /// @param crc of its content
    /// @return false when there is no room
    boolean append(JournalEntry entry, int crc) {
        JournalEntry.Prices prices = entry.prices();
        boolean isNew = prices != null && !numbers.get(prices.number());
        long needed = room(entry) + (prices != null && isNew ? room(prices.entry()) : 0);
        if (end + needed > memory.byteSize()) {
            return false;
        }
        if (prices != null && isNew) {
            write(prices.entry(), crc(prices.entry()));
            numbers.set(prices.number());
        }
        write(entry, crc);
        return true;
    }

    private void write(JournalEntry entry, int crc) {
        MemorySegment.copy(entry.bytes(), 0, memory, ValueLayout.JAVA_BYTE, end + ENTRY, entry.length());
        memory.set(ValueLayout.JAVA_INT, end + Integer.BYTES, crc);
        LENGTH.setRelease(memory, end, entry.length());
        end += room(entry);
    }

    /// The entry at a place.
    ///
    /// @param place that of the first, [#HEAD], or [#after] another
    /// @return null where none is, or not yet
    byte @Nullable [] read(long place) {
        if (place + ENTRY > memory.byteSize()) {
            return null;
        }
        int length = (int) LENGTH.getAcquire(memory, place);
        if (length <= 0 || length > memory.byteSize() - place - ENTRY) {
            return null;
        }
        byte[] entry = memory.asSlice(place + ENTRY, length).toArray(ValueLayout.JAVA_BYTE);
        return crc(JournalEntry.of(entry)) == memory.get(ValueLayout.JAVA_INT, place + Integer.BYTES) ? entry : null;
    }

    /// Whether something stands at a place that is no entry.
    boolean damagedAt(long place) {
        return place + ENTRY <= memory.byteSize() && (int) LENGTH.getAcquire(memory, place) != 0
                && read(place) == null;
    }

    static long after(long place, byte[] entry) {
        return place + place(ENTRY + entry.length);
    }

    static int crc(JournalEntry entry) {
        var sum = new CRC32C();
        sum.update(entry.bytes(), 0, entry.length());
        return (int) sum.getValue();
    }

    private static long place(int bytes) {
        return Math.ceilDiv((long) bytes, Long.BYTES) * Long.BYTES;
    }

    /// Nobody may use it any more. The file stays.
    @Override
    public void close() {
        arena.close();
    }
}
