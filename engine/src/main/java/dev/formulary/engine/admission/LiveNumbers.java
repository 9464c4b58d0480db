package dev.formulary.engine.admission;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;

/// A few numbers for each of some names that outlive the process however it ends, without a system call when one changes: a
/// small file mapped into memory, of which the operating system keeps every store once it was made. For a machine that loses
/// power, [#force] hands them to the disk. Thread-safe.
///
/// The file holds a number that names its format and how many numbers a name has, and then for each name the first eight
/// bytes of its SHA-256 and its numbers, all in the machine's own byte order: it is not to be carried to another machine.
final class LiveNumbers {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final long FORMAT = 0x464c_4956_4531_0000L;

    private final MemorySegment memory;
    private final int width;
    private final List<String> names;

    private LiveNumbers(MemorySegment memory, int width, List<String> names) {
        this.memory = memory;
        this.width = width;
        this.names = names;
    }

    /// Opens the file with room for these names, and forgets all others. Numbers of a name that is new are 0.
    ///
    /// @param count how many numbers a name has
    /// @throws IOException when the file can't be read or written
    /// @throws IllegalStateException when there is one that is none of this kind
    static LiveNumbers open(Path file, SequencedSet<String> names, int count) throws IOException {
        int width = (count + 1) * Long.BYTES;
        ByteBuffer before = read(file, count);
        ByteBuffer now = ByteBuffer.allocate(Long.BYTES + names.size() * width).order(ByteOrder.nativeOrder())
                .putLong(FORMAT + count);
        for (String name : names) {
            long key = key(name);
            now.putLong(key);
            int at = find(before, key, width);
            for (int i = 1; i <= count; i++) {
                now.putLong(at < 0 ? 0 : before.getLong(at + i * Long.BYTES));
            }
        }
        // written before it is mapped: a store into a page that has no room on the disk would end the process
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, now.array());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new LiveNumbers(channel.map(MapMode.READ_WRITE, 0, now.capacity(), Arena.ofAuto()), width,
                    new ArrayList<>(names));
        }
    }

    private static ByteBuffer read(Path file, int count) throws IOException {
        if (!Files.exists(file)) {
            return ByteBuffer.allocate(Long.BYTES);
        }
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        int entry = (count + 1) * Long.BYTES;
        if (all.capacity() % entry != Long.BYTES % entry || all.getLong(0) != FORMAT + count) {
            throw new IllegalStateException("the file " + file + " is damaged; remove it to begin with nothing");
        }
        return all;
    }

    /// Numbers that live in memory only, for where there can be no file.
    static LiveNumbers volatileOnly(SequencedSet<String> names, int count) {
        int width = (count + 1) * Long.BYTES;
        return new LiveNumbers(Arena.ofAuto().allocate(Long.BYTES + (long) names.size() * width, Long.BYTES), width,
                new ArrayList<>(names));
    }

    private static int find(ByteBuffer before, long key, int width) {
        for (int at = Long.BYTES; at < before.capacity(); at += width) {
            if (before.getLong(at) == key) {
                return at;
            }
        }
        return -1;
    }

    private static long key(String name) {
        try {
            return ByteBuffer
                    .wrap(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Hands what was stored to the disk; cheap when nothing was.
    void force() {
        if (memory.isMapped()) {
            memory.force();
        }
    }

    /// The numbers of one name.
    ///
    /// @throws IllegalArgumentException when it is none of the names
    Row row(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("there are no numbers for '" + name + "'");
        }
        return new Row(memory.asSlice(Long.BYTES + (long) index * width, width));
    }

    /// Numbers of one name, 0 being the first. Stores are seen in the order in which they are made, also by the next process.
    static final class Row {
        private final MemorySegment memory;

        private Row(MemorySegment memory) {
            this.memory = memory;
        }

        long get(int index) {
            return (long) LONG.getVolatile(memory, (index + 1L) * Long.BYTES);
        }

        void set(int index, long value) {
            LONG.setVolatile(memory, (index + 1L) * Long.BYTES, value);
        }
    }
}
