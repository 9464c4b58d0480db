package dev.formulary.engine.admission;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Keeps what was taken of limits in a file that is mapped into memory. What is written there is the operating system's at
/// once, so a process that is killed loses nothing; [#force] hands it to the disk, for a machine that loses power. Thread-safe.
///
/// The file: eight bytes that name its format, then for each limit the SHA-256 of its terms and a word for each slot: its number
/// in the upper 33 bits, what was taken in the lower 31. A word is written whole or not at all.
final class LimitFile {
    private static final byte[] FORMAT = "FYLIMIT1".getBytes(StandardCharsets.US_ASCII);
    private static final int HASH = 32;
    private static final int ENTRY = HASH + SlidingWindow.KEPT * Long.BYTES;
    private static final int COUNT_BITS = 31;
    private static final long MOST = (1L << COUNT_BITS) - 1;
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class,
            ByteOrder.LITTLE_ENDIAN);

    private final MappedByteBuffer map;
    private final Map<String, Integer> offsets = new HashMap<>();
    private volatile boolean changed;

    /// What was taken in a slot.
    record Slot(long number, long count) {}

    /// Makes the file anew for these limits, with what the old one says of them.
    ///
    /// @throws IOException when it can't be written
    /// @throws IllegalStateException when there is one that is none of this kind
    LimitFile(Path file, List<String> names) throws IOException {
        Map<String, ByteBuffer> before = read(file);
        ByteBuffer fresh = ByteBuffer.allocate(FORMAT.length + names.size() * ENTRY).put(FORMAT);
        for (String name : names) {
            byte[] hash = hash(name);
            fresh.put(hash);
            offsets.put(name, fresh.position());
            ByteBuffer old = before.get(HexFormat.of().formatHex(hash));
            fresh.put(old == null ? ByteBuffer.allocate(ENTRY - HASH) : old);
        }
        map = map(file, fresh.flip());
    }

    /// The file is whole before it takes the old one's place.
    private static MappedByteBuffer map(Path file, ByteBuffer content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            int size = content.remaining();
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
        }
    }

    private static Map<String, ByteBuffer> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
        if (all.remaining() % ENTRY != FORMAT.length || !all.slice(0, FORMAT.length).equals(ByteBuffer.wrap(FORMAT))) {
            throw new IllegalStateException("the file " + file + " is damaged; remove it to begin with nothing taken");
        }
        Map<String, ByteBuffer> entries = new HashMap<>();
        for (int at = FORMAT.length; at < all.limit(); at += ENTRY) {
            byte[] hash = new byte[HASH];
            all.get(at, hash);
            entries.put(HexFormat.of().formatHex(hash), all.slice(at + HASH, ENTRY - HASH));
        }
        return entries;
    }

    private static byte[] hash(String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// What was taken of a limit before.
    List<Slot> slots(String name) {
        var slots = new ArrayList<Slot>();
        for (int i = 0; i < SlidingWindow.KEPT; i++) {
            long word = (long) WORD.getAcquire(map, offset(name) + i * Long.BYTES);
            if ((word & MOST) > 0) {
                slots.add(new Slot(word >>> COUNT_BITS, word & MOST));
            }
        }
        return slots;
    }

    /// Where a limit keeps its slots.
    SlidingWindow.Memory memory(String name) {
        int offset = offset(name);
        return (index, slot, count) -> {
            WORD.setRelease(map, offset + index * Long.BYTES, slot << COUNT_BITS | Math.clamp(count, 0, MOST));
            changed = true;
        };
    }

    private int offset(String name) {
        Integer offset = offsets.get(name);
        if (offset == null) {
            throw new IllegalArgumentException("the file has no limit " + name);
        }
        return offset;
    }

    /// Hands what has changed to the disk.
    void force() {
        if (changed) {
            changed = false;
            map.force();
        }
    }
}
