package dev.formulary.engine.store;

import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes every hash of the audit log again, and compares. Not thread-safe.
final class AuditCheck {
    /// The entry that says which were pruned.
    static final String PRUNED = "audit/pruned";

    private final AuditFiles files;
    private final String wanted;
    private final Chain chain = new Chain();
    private boolean wantedSeen;

    /// @param wanted a hash that must be in there; empty for none
    AuditCheck(AuditFiles files, String wanted) {
        this.files = files;
        this.wanted = wanted.toLowerCase(java.util.Locale.ROOT);
        wantedSeen = wanted.isEmpty();
    }

    ChainReport run() throws IOException {
        Map<Long, String> pruned = new HashMap<>();
        files.lines().map(AuditLine::read).forEach(line -> {
            if (line != null && line.json().path("what").asText().equals(PRUNED)) {
                pruned.put(line.json().at("/about/through").asLong(), line.json().at("/about/hash").asText());
            }
        });
        return walk(pruned);
    }

    private ChainReport walk(Map<Long, String> pruned) throws IOException {
        AuditLine.Head head = AuditLine.Head.NONE;
        long count = 0;
        long first = 0;
        String broken = null;
        for (Iterator<String> lines = files.lines().iterator(); broken == null && lines.hasNext();) {
            AuditLine line = AuditLine.read(lines.next());
            if (line != null && count == 0) {
                first = line.head().seq();
                head = first == 1 ? head : before(first, pruned, head);
            }
            broken = broken(line, head);
            if (line != null && broken == null) {
                head = line.head();
                count++;
                wantedSeen |= HexFormat.of().formatHex(head.hash()).equals(wanted);
            }
        }
        if (broken == null && !wantedSeen) {
            broken = "no entry has the hash " + wanted;
        }
        return new ChainReport(count, first, head.seq(), HexFormat.of().formatHex(head.hash()), broken);
    }

    private static AuditLine.Head before(long first, Map<Long, String> pruned, AuditLine.Head otherwise) {
        String hash = pruned.get(first - 1);
        try {
            return hash == null ? otherwise : new AuditLine.Head(first - 1, HexFormat.of().parseHex(hash));
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }

    private @Nullable String broken(@Nullable AuditLine line, AuditLine.Head before) {
        long next = before.seq() + 1;
        if (line == null) {
            return "what should be entry " + next + " can't be read";
        }
        if (line.head().seq() != next) {
            return "entries from " + next + " to " + (line.head().seq() - 1) + " are missing";
        }
        return line.follows(before, chain) ? null : "entry " + next + " is not what was written";
    }
}
