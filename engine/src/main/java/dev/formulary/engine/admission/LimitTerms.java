package dev.formulary.engine.admission;

import dev.formulary.engine.admission.Limit.Terms;
import dev.formulary.engine.admission.Limit.Unit;
import dev.formulary.engine.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Makes limits of what the configuration says.
final class LimitTerms {
    private LimitTerms() {}

    /// What an entry is for; a star is each key, or each tenant of a key, by itself.
    static Set<String> scopes(Settings.LimitEntry entry, List<Settings.Key> keys) {
        Set<String> scopes = new LinkedHashSet<>();
        switch (entry.scope()) {
            case "key:*" -> keys.forEach(key -> scopes.add("key:" + key.name()));
            case "tenant:*" -> {
                keys.forEach(key -> scopes.add("tenant:" + key.tenant()));
                if (keys.isEmpty()) {
                    scopes.add("tenant:default");
                }
            }
            default -> scopes.add(entry.scope());
        }
        return scopes;
    }

    static List<Terms> of(Settings.LimitEntry entry, String scope) {
        var terms = new ArrayList<Terms>(2);
        Limit.Period per = Limit.Period.of(entry.per());
        if (entry.requests() > 0) {
            terms.add(new Terms(entry.id(), scope, Unit.REQUESTS, entry.requests(), per, entry.burst()));
        }
        if (entry.tokens() > 0) {
            terms.add(new Terms(entry.id(), scope, Unit.TOKENS, entry.tokens(), per, entry.burst()));
        }
        return terms;
    }

    /// @param memory where what is taken is kept over a restart; null for nowhere
    /// @param others the other nodes; null for none
    static Limit limit(Terms terms, LongSupplier millis, @Nullable LimitFile memory, Window.@Nullable Shared others) {
        return new Limit(terms, others == null
                ? own(terms, millis, memory)
                : others.of(terms.name(), terms.size(), millis, kept(terms, memory)));
    }

    private static Window own(Terms terms, LongSupplier millis, @Nullable LimitFile memory) {
        if (memory == null || !terms.per().outlivesARestart()) {
            return new LocalWindow(terms.size(), millis, SlidingWindow.Memory.NONE);
        }
        List<Window.Slot> before = memory.slots(terms.name());
        var window = new LocalWindow(terms.size(), millis, memory.memory(terms.name()));
        before.forEach(window::restore);
        return window;
    }

    private static Window.Kept kept(Terms terms, @Nullable LimitFile memory) {
        return memory == null || !terms.per().outlivesARestart() ? Window.Kept.NONE : memory.shared(terms.name());
    }
}
