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
/// small file mapped into memory, of which the operating system keeps every store once it was made. It does not outlive a loss
/// of power; for that the owner writes a file of its own now and then. Thread-safe.
///
/// The file holds for each name the first eight bytes of its SHA-256 and then the numbers, all in the machine's own byte
/// order: it is not to be carried to another machine.
final class LiveNumbers {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final int width;
    private final List<String> names;

    private LiveNumbers(MemorySegment memory, int width, List<String> names) {
        this.memory = memory;
        this.width = width;
        this.names = names;
    }

    /// Opens the file with room for these names, and forgets all others. Numbers of a name that is new are 0, and so are all
    /// when the file is no such file.
    ///
    /// @param count how many numbers a name has
    /// @throws IOException when the file can't be read or written
    static LiveNumbers open(Path file, SequencedSet<String> names, int count) throws IOException {
        int width = (count + 1) * Long.BYTES;
        ByteBuffer before = ByteBuffer.wrap(Files.exists(file) ? Files.readAllBytes(file) : new byte[0])
                .order(ByteOrder.nativeOrder());
        ByteBuffer now = ByteBuffer.allocate(Math.max(1, names.size()) * width)
                .order(ByteOrder.nativeOrder());
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

    /// Numbers that live in memory only, for where there can be no file.
    static LiveNumbers volatileOnly(SequencedSet<String> names, int count) {
        int width = (count + 1) * Long.BYTES;
        return new LiveNumbers(Arena.ofAuto().allocate((long) Math.max(1, names.size()) * width, Long.BYTES), width,
                new ArrayList<>(names));
    }

    private static int find(ByteBuffer before, long key, int width) {
        for (int at = 0; before.capacity() % width == 0 && at < before.capacity(); at += width) {
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

    /// The numbers of one name.
    ///
    /// @throws IllegalArgumentException when it is none of the names
    Row row(String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("there are no numbers for '" + name + "'");
        }
        return new Row(memory.asSlice((long) index * width, width));
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
