package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AlertTiming;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps compiled files from one start to the next, so that a start needs no compiler. A damaged file is as good as none.
///
/// The key holds everything on which the classes depend: the source, the types that rules see, the gates, and the version
/// of the rule engine. The syntax was looked at when the file was stored; the byte code is looked at again when it is read.
final class CompiledStore {
    private static final Logger LOG = LoggerFactory.getLogger(CompiledStore.class);
    private static final int MAGIC = 0x464d5233;
    /// More than the files of the current set, so that going back to an edit of before is quick.
    private static final int KEEP = 512;
    private static final String SUFFIX = ".compiled";

    private final @Nullable Path folder;
    private final String world;

    CompiledStore(@Nullable Path folder) {
        this.folder = folder;
        this.world = world();
    }

    /// Changes when compiled rules might not fit any more.
    private static String world() {
        MessageDigest digest = Digest.start();
        digest.update(Engine.VERSION.getBytes(StandardCharsets.UTF_8));
        Stream.concat(Vocabulary.TYPES.stream(), Stream.of(Vocabulary.class, Allowed.class, BytecodeGate.class,
                SyntaxGate.class, RuleNotes.class, Watching.class, TextGate.class, RuleWords.class,
                ExpressionWords.class, ValueWords.class,
                FactWords.class,
                Ranges.class, ConditionGate.class, CodeGate.class, Joined.class, FencedLoader.class,
                DrlBuild.class,
                Engine.class)).forEach(type -> digest.update(bytes(type)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] bytes(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    String key(RuleSource source) {
        return Digest.of(world, source.sha());
    }

    Optional<CompiledFile> find(RuleSource source) {
        if (folder == null) {
            return Optional.empty();
        }
        String key = key(source);
        Path path = folder.resolve(key + SUFFIX);
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(key, Files.readAllBytes(path)));
        } catch (IOException | RuntimeException e) {
            LOG.warn("compiled rules can't be used, compiling again file={} cause={}", source.file(), e.toString());
            return Optional.empty();
        }
    }

    void save(CompiledFile file) {
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Path aside = Files.createTempFile(folder, "rules", ".tmp");
            Files.write(aside, write(file));
            Files.move(aside, folder.resolve(file.key() + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
            prune(folder);
        } catch (IOException e) {
            LOG.warn("compiled rules can't be kept, the next start compiles again cause={}", e.toString());
        }
    }

    private static void prune(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(path -> path.toString().endsWith(SUFFIX)).toList();
        }
        if (files.size() > KEEP) {
            List<Path> oldest = files.stream().sorted(Comparator.comparingLong(path -> path.toFile().lastModified()))
                    .limit(files.size() - KEEP)
                    .toList();
            for (Path path : oldest) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static byte[] write(CompiledFile file) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeInt(file.rules().size());
        for (RuleInfo rule : file.rules()) {
            for (String text : List.of(rule.id(), rule.name(), rule.owner(), rule.reason(), rule.kind().name(),
                    rule.file())) {
                out.writeUTF(text);
            }
            out.writeInt(rule.line());
            out.writeInt(rule.salience());
            write(rule.timing(), out);
        }
        for (Set<String> types : List.of(file.factTypes(), file.watchedTypes())) {
            out.writeInt(types.size());
            for (String type : types) {
                out.writeUTF(type);
            }
        }
        out.writeInt(file.classes().size());
        for (var entry : file.classes().entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeInt(entry.getValue().length);
            out.write(entry.getValue());
        }
        out.write(Digest.start().digest(bytes.toByteArray()));
        return bytes.toByteArray();
    }

    private static void write(@Nullable AlertTiming timing, DataOutputStream out) throws IOException {
        out.writeBoolean(timing != null);
        if (timing != null) {
            out.writeLong(timing.lasting().toMillis());
            out.writeLong(timing.recovery().toMillis());
            out.writeLong(timing.cooldown().toMillis());
        }
    }

    private static @Nullable AlertTiming timing(DataInputStream in) throws IOException {
        return in.readBoolean()
                ? new AlertTiming(Duration.ofMillis(in.readLong()), Duration.ofMillis(in.readLong()),
                        Duration.ofMillis(in.readLong()))
                : null;
    }

    private static Set<String> types(DataInputStream in) throws IOException {
        var types = new HashSet<String>();
        for (int left = in.readInt(); left > 0; left--) {
            types.add(in.readUTF());
        }
        return types;
    }

    private static CompiledFile read(String key, byte[] bytes) throws IOException {
        int end = Math.max(0, bytes.length - 32);
        byte[] content = Arrays.copyOf(bytes, end);
        if (!MessageDigest.isEqual(Digest.start().digest(content), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw new IOException("the checksum is wrong");
        }
        var in = new DataInputStream(new ByteArrayInputStream(content));
        if (in.readInt() != MAGIC) {
            throw new IOException("another format");
        }
        var rules = new ArrayList<RuleInfo>();
        for (int left = in.readInt(); left > 0; left--) {
            rules.add(new RuleInfo(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), Kind.valueOf(in.readUTF()),
                    in.readUTF(), in.readInt(), in.readInt(), timing(in)));
        }
        Set<String> types = types(in);
        Set<String> watched = types(in);
        var classes = new HashMap<String, byte[]>();
        for (int left = in.readInt(); left > 0; left--) {
            classes.put(in.readUTF(), in.readNBytes(in.readInt()));
        }
        return new CompiledFile(key, List.copyOf(rules), Set.copyOf(types), Set.copyOf(watched),
                Map.copyOf(classes));
    }
}
