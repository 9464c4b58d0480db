package dev.formulary.engine.admission;

import dev.formulary.engine.admission.Limit.Terms;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.keys.IssuedKey;
import dev.formulary.engine.keys.KeyLimit;
import dev.formulary.engine.keys.KeyToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Limits of keys that come and go while the gateway runs. What was taken of each scope's is kept in a file of its own, so that
/// those that stay are not disturbed. Thread-safe; followed by one thread at a time.
final class IssuedLimits {
    private static final String OWN = "own";
    private static final int NAME = 32;

    private final List<Settings.LimitEntry> each;
    private final Set<Terms> known;
    private final Path folder;
    private final BiFunction<Terms, @Nullable LimitFile, Limit> making;
    private final boolean shared;
    private volatile State state = new State(Map.of(), Map.of());

    /// The limits of one scope.
    ///
    /// @param file where what was taken is kept; null when nothing must be
    private record Scope(List<Terms> terms, List<Limit> limits, @Nullable LimitFile file) {}

    private record State(Map<String, Scope> byScope, Map<String, String> pools) {}

    /// @param known limits that are there already
    /// @param folder where what was taken is kept
    /// @param making makes a limit that is kept in a file, or in none
    /// @param shared whether other nodes take of them, too
    IssuedLimits(Settings settings, Collection<Terms> known, Path folder,
            BiFunction<Terms, @Nullable LimitFile, Limit> making, boolean shared) {
        this.each = settings.limits().stream().filter(entry -> entry.scope().endsWith(":*")).toList();
        this.known = Set.copyOf(known);
        this.folder = folder;
        this.making = making;
        this.shared = shared;
    }

    /// Takes these keys in the place of those of before.
    void follow(List<IssuedKey> keys) {
        List<IssuedKey> callers = keys.stream().filter(key -> !key.admin() && key.revoked() == null).toList();
        Map<String, List<Terms>> wanted = new LinkedHashMap<>();
        callers.forEach(key -> terms(key).forEach(terms -> {
            List<Terms> all = wanted.computeIfAbsent(terms.scope(), _ -> new ArrayList<>());
            if (!all.contains(terms)) {
                all.add(terms);
            }
        }));
        Map<String, String> pools = new HashMap<>();
        callers.forEach(key -> pools.put(key.name(), key.grant().pool()));
        Map<String, Scope> now = new HashMap<>();
        wanted.forEach((scope, terms) -> {
            Scope before = state.byScope().get(scope);
            now.put(scope, before != null && before.terms().equals(terms) ? before : made(scope, terms));
        });
        state = new State(now, pools);
    }

    private List<Terms> terms(IssuedKey key) {
        String scope = "key:" + key.name();
        var terms = new ArrayList<Terms>();
        for (KeyLimit limit : key.grant().limits()) {
            boolean requests = limit.unit().equals("requests");
            terms.addAll(LimitTerms.of(new Settings.LimitEntry(OWN, scope, requests ? limit.amount() : 0,
                    requests ? 0 : limit.amount(), limit.per(), 0), scope));
        }
        var like = List.of(new Settings.Key(key.name(), new dev.formulary.engine.config.Secret(""),
                key.grant().tenant(), key.grant().pool()));
        each.forEach(entry -> LimitTerms.scopes(entry, like).forEach(one -> terms.addAll(LimitTerms.of(entry, one))));
        terms.removeAll(known);
        return terms;
    }

    private Scope made(String scope, List<Terms> terms) {
        List<String> names = terms.stream().filter(one -> one.per().outlivesARestart()).map(Terms::name).toList();
        try {
            LimitFile file = null;
            if (!names.isEmpty()) {
                Files.createDirectories(folder);
                file = new LimitFile(folder.resolve(KeyToken.hash(scope).substring(0, NAME) + ".bin"), names, shared);
            }
            LimitFile kept = file;
            return new Scope(List.copyOf(terms), terms.stream().map(one -> making.apply(one, kept)).toList(), file);
        } catch (IOException e) {
            throw new UncheckedIOException("what is taken of the limits for " + scope + " can't be kept in " + folder,
                    e);
        }
    }

    List<Limit> of(String scope) {
        Scope found = state.byScope().get(scope);
        return found == null ? List.of() : found.limits();
    }

    boolean none() {
        State now = state;
        return now.byScope().isEmpty() && now.pools().isEmpty();
    }

    /// The pool of an issued key, empty for none; null when there is no such key.
    @Nullable
    String pool(String key) {
        return state.pools().get(key);
    }

    Stream<Limit> all() {
        return state.byScope().values().stream().flatMap(scope -> scope.limits().stream());
    }

    void force() {
        state.byScope().values().stream().map(Scope::file).filter(Objects::nonNull).forEach(LimitFile::force);
    }
}
