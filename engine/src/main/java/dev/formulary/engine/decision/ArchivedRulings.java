package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rule sets of before, compiled again when somebody asks for them. Keeps the few that were asked for last. Thread-safe;
/// one is compiled at a time.
final class ArchivedRulings {
    /// Each holds some megabytes.
    private static final int MOST = 4;
    private static final Logger LOG = LoggerFactory.getLogger(ArchivedRulings.class);

    private final @Nullable RuleLedger ledger;
    private final @Nullable Path cache;
    private final Bounds bounds;
    private final ReentrantLock compiling = new ReentrantLock();
    private final Map<String, Ruling> known = new LinkedHashMap<>(MOST, 0.75f, true);

    ArchivedRulings(@Nullable RuleLedger ledger, @Nullable Path cache, Bounds bounds) {
        this.ledger = ledger;
        this.cache = cache;
        this.bounds = bounds;
    }

    Optional<Ruling> find(String hash) {
        if (ledger == null) {
            return Optional.empty();
        }
        compiling.lock();
        try {
            Ruling before = known.get(hash);
            if (before != null) {
                return Optional.of(before);
            }
            Optional<Ruling> found = ledger.files(hash).flatMap(files -> compile(hash, files));
            found.ifPresent(this::remember);
            return found;
        } finally {
            compiling.unlock();
        }
    }

    private void remember(Ruling ruling) {
        if (known.size() >= MOST) {
            known.remove(known.keySet().iterator().next());
        }
        known.put(ruling.hash(), ruling);
    }

    /// Its scenarios were looked at when it was accepted.
    private Optional<Ruling> compile(String hash, Map<String, byte[]> files) {
        var builder = new RuleSetBuilder(new CompiledStore(cache), List.of(), Settings.Scenarios.OFF);
        RuleSetBuilder.Built built = builder.build(RuleFolder.contents(new TreeMap<>(files), new ArrayList<>()));
        if (built.ruleSet() == null) {
            LOG.warn("archived rules do not compile any more hash={} problem={}", hash, built.problems().getFirst());
            return Optional.empty();
        }
        return Optional.of(new Ruling(built.ruleSet(), bounds));
    }

    void clear() {
        compiling.lock();
        try {
            known.clear();
        } finally {
            compiling.unlock();
        }
    }
}
