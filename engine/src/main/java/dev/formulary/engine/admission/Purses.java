package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All budgets: those that are there from the beginning, and those of `tenant:*` and `key:*`, which come with the first call of
/// each name. Thread-safe.
final class Purses {
    /// So many names have a budget each by one entry; all others have one together.
    static final int MOST_NAMES = 1_000;
    private static final String EACH = "*";
    private static final int NAME_BYTES = 16;
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);

    private final Map<Purse, Budget> scopes = new LinkedHashMap<>();
    private final List<Each> each = new ArrayList<>();
    private final Path folder;
    private final LongSupplier clock;
    private final Window.@Nullable Shared others;

    /// An entry that is for each name by itself.
    ///
    /// @param kind `tenant:` or `key:`
    private record Each(Settings.BudgetEntry entry, String kind, Map<String, Purse> byName) {}

    /// @param folder where each keeps what was spent
    /// @param clock milliseconds since the epoch; never goes back
    /// @param others the other nodes; null for none
    Purses(List<Settings.BudgetEntry> entries, Path folder, LongSupplier clock, Window.@Nullable Shared others) {
        this.folder = folder;
        this.clock = clock;
        this.others = others;
        for (Settings.BudgetEntry entry : entries) {
            if (entry.scope().endsWith(":" + EACH)) {
                each.add(new Each(entry, entry.scope().substring(0, entry.scope().length() - 1),
                        new ConcurrentSkipListMap<>()));
            } else {
                Purse purse = made(entry);
                scopes.put(purse, new Budget(entry.id(), entry.scope(), 0, 0, 0, Instant.EPOCH));
            }
        }
    }

    boolean none() {
        return scopes.isEmpty() && each.isEmpty();
    }

    /// Those that an attempt counts against.
    List<Purse> applying(Call call, Candidate candidate) {
        var applying = new ArrayList<Purse>(4);
        scopes.forEach((purse, scope) -> {
            if (scope.counts(call) && scope.counts(candidate)) {
                applying.add(purse);
            }
        });
        for (Each one : each) {
            String name = one.kind().equals("key:") ? call.key() : call.tenant();
            if (!name.isEmpty()) {
                applying.add(of(one, name));
            }
        }
        return applying;
    }

    private Purse of(Each one, String name) {
        Purse known = one.byName().get(name);
        return known == null ? added(one, name) : known;
    }

    private synchronized Purse added(Each one, String name) {
        Map<String, Purse> byName = one.byName();
        return byName.computeIfAbsent(byName.size() < MOST_NAMES || byName.containsKey(name) ? name : EACH, own -> {
            Settings.BudgetEntry entry = one.entry();
            return made(new Settings.BudgetEntry(entry.id() + ":" + own, one.kind() + own, entry.limitMicros(),
                    entry.period(), entry.terms()));
        });
    }

    private Purse made(Settings.BudgetEntry entry) {
        PurseFile file = file(entry.id());
        long held = file.heldAtDeath(Span.of(entry).begin(clock.getAsLong()));
        if (held > 0) {
            LOG.warn("calls under way when the gateway died count as spent budget={} dollars={}", entry.id(),
                    Dollars.of(held));
        }
        return new Purse(entry, file, clock, others);
    }

    private PurseFile file(String id) {
        try {
            Files.createDirectories(folder);
            return PurseFile.open(folder.resolve(hash(id) + ".live"), id);
        } catch (IOException e) {
            LOG.error("a crash would lose what was spent in its last second folder={} cause={}", folder, e.toString());
            return PurseFile.volatileOnly(id);
        }
    }

    /// Names of tenants and keys may hold what no file's name does.
    private static String hash(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// All that there are now, in the order of the configuration.
    List<Purse> all() {
        return none()
                ? List.of()
                : Stream.concat(scopes.keySet().stream(), each.stream().flatMap(one -> one.byName().values().stream()))
                        .toList();
    }

    /// The one of an id that was there before a restart; null when the configuration has none such any more.
    @Nullable
    Purse find(String id) {
        for (Purse purse : scopes.keySet()) {
            if (purse.id().equals(id)) {
                return purse;
            }
        }
        for (Each one : each) {
            if (id.startsWith(one.entry().id() + ":")) {
                return of(one, id.substring(one.entry().id().length() + 1));
            }
        }
        return null;
    }
}
