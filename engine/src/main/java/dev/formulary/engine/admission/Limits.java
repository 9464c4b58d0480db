package dev.formulary.engine.admission;

import dev.formulary.engine.admission.Limit.Terms;
import dev.formulary.engine.admission.Limit.Unit;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Candidate.Vitals;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.RateLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Limits on calls and tokens: of callers by key, tenant and pool, which a call takes from once, and of providers and models,
/// which each attempt takes from. Each takes from all that apply or from none. Thread-safe.
///
/// Tokens are taken before they are used, as many as the call may use, and settled after. A limit of requests is never passed;
/// one of tokens only by what answers turn out longer than expected, and is kept the longer after.
public final class Limits {
    /// Taken for an answer whose length the caller does not limit.
    private static final int LIKELY_TOKENS = 1_024;
    private static final String TOTAL = "total";
    private static final Duration APART_RETRY = Duration.ofSeconds(1);

    private final List<Limit> all = new ArrayList<>();
    private final Map<String, List<Limit>> byScope = new HashMap<>();
    private final Map<String, String> pools = new HashMap<>();
    private final ReentrantLock taking = new ReentrantLock();
    private final VendorLimits vendors;
    private final @Nullable LimitFile file;
    private final boolean shared;

    private Limits(Clock clock) {
        vendors = new VendorLimits(clock);
        file = null;
        shared = false;
    }

    /// No limits but those that vendors tell.
    public static Limits none() {
        return none(Clock.systemUTC());
    }

    /// The same by another clock.
    public static Limits none(Clock clock) {
        return new Limits(clock);
    }

    /// @param settings the limits, and the keys that they speak of
    /// @param file where what was taken is kept over a restart
    /// @param clock to find one's way after a restart
    /// @param nanos a clock like [System#nanoTime], by which time passes
    /// @throws IOException when the file can't be written
    /// @throws IllegalStateException when the file is damaged
    public Limits(Settings settings, Path file, Clock clock, LongSupplier nanos) throws IOException {
        this(settings, file, clock, nanos, null);
    }

    /// The same, shared with other nodes; their clocks must agree.
    ///
    /// @param others null for none
    public Limits(Settings settings, Path file, Clock clock, LongSupplier nanos, Window.@Nullable Shared others)
            throws IOException {
        shared = others != null;
        vendors = new VendorLimits(clock);
        settings.keys().stream().filter(key -> !key.pool().isEmpty()).forEach(key -> pools.put(key.name(), key.pool()));
        List<Terms> terms = settings.limits().stream().flatMap(entry -> scopes(entry, settings.keys()).stream()
                .flatMap(scope -> terms(entry, scope).stream())).toList();
        List<String> kept = terms.stream().filter(each -> each.per().outlivesARestart()).map(Terms::name).toList();
        LimitFile memory = kept.isEmpty() ? null : new LimitFile(file, kept, shared);
        this.file = memory;
        long epoch = clock.millis();
        long start = nanos.getAsLong();
        LongSupplier millis = () -> epoch + (nanos.getAsLong() - start) / 1_000_000;
        terms.forEach(each -> add(new Limit(each, others == null
                ? own(each, millis, memory)
                : others.of(each.name(), each.size(), millis, kept(each, memory)))));
    }

    private static Set<String> scopes(Settings.LimitEntry entry, List<Settings.Key> keys) {
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

    private static List<Terms> terms(Settings.LimitEntry entry, String scope) {
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

    private void add(Limit limit) {
        all.add(limit);
        byScope.computeIfAbsent(limit.terms().scope(), _ -> new ArrayList<>()).add(limit);
    }

    /// Takes what a call needs from the limits of its caller.
    ///
    /// @param promptTokens tokens of the prompt
    /// @param maxTokens the most tokens of the answer, 0 when not limited
    /// @throws LimitReachedException when one would be passed
    public Grant admit(Call call, int promptTokens, int maxTokens) throws LimitReachedException {
        if (all.isEmpty()) {
            return Grant.ofNothing();
        }
        String pool = pools.get(call.key());
        return take(applying(TOTAL, "key:" + call.key(), "tenant:" + call.tenant(), pool == null ? "" : "pool:" + pool),
                promptTokens, maxTokens);
    }

    /// Takes what an attempt needs from the limits of its provider and model.
    ///
    /// @param promptTokens tokens of the prompt
    /// @param maxTokens the most tokens of the answer, 0 when not limited
    /// @throws LimitReachedException when one would be passed, or the vendor wants no calls for now
    public Grant reserve(Candidate candidate, int promptTokens, int maxTokens) throws LimitReachedException {
        String model = candidate.id();
        Duration rest = vendors.resting(model);
        if (rest.isPositive()) {
            throw new LimitReachedException("the vendor wants no calls of it for now", null, rest);
        }
        Grant grant = all.isEmpty()
                ? Grant.ofNothing()
                : take(applying("provider:" + candidate.provider(), "model:" + model), promptTokens, maxTokens);
        return grant.telling(wait -> vendors.rest(model, wait));
    }

    /// A model's vendor has answered, or refused to; what it says of its own limits is remembered.
    ///
    /// @param header the headers of its response
    public void heard(Candidate candidate, Function<String, Optional<String>> header) {
        vendors.heard(candidate.id(), header);
    }

    private List<Limit> applying(String... scopes) {
        var applying = new ArrayList<Limit>(4);
        for (String scope : scopes) {
            applying.addAll(byScope.getOrDefault(scope, List.of()));
        }
        return applying;
    }

    /// One at a time, so that nobody is turned away for the sake of one who gives back what it took. Where other nodes are
    /// asked, nobody waits for anybody's answer but his own.
    private Grant take(List<Limit> applying, int promptTokens, int maxTokens) throws LimitReachedException {
        if (applying.isEmpty()) {
            return Grant.ofNothing();
        }
        if (shared) {
            return takeEach(applying, promptTokens, maxTokens);
        }
        taking.lock();
        try {
            return takeEach(applying, promptTokens, maxTokens);
        } finally {
            taking.unlock();
        }
    }

    private static Grant takeEach(List<Limit> applying, int promptTokens, int maxTokens) throws LimitReachedException {
        var held = new ArrayList<Grant.Held>(applying.size());
        for (Limit limit : applying) {
            long count = count(limit, promptTokens, maxTokens);
            long slot = count > limit.terms().most() ? Window.NOTHING : limit.take(count);
            if (slot < 0) {
                held.forEach(Grant.Held::giveBack);
                throw slot == Window.APART
                        ? apart(limit)
                        : reached(limit, count, applying.stream()
                                .mapToLong(each -> each.waitFor(count(each, promptTokens, maxTokens)).toMillis()).max()
                                .orElse(0));
            }
            held.add(new Grant.Held(limit, slot, count));
        }
        return new Grant(held);
    }

    private static LimitReachedException apart(Limit limit) {
        limit.refuse();
        return new LimitReachedException("the other nodes can't be asked about " + limit.terms() + " for now",
                limit.state(), APART_RETRY);
    }

    private static long count(Limit limit, long promptTokens, int maxTokens) {
        if (limit.counts(Unit.REQUESTS)) {
            return 1;
        }
        return maxTokens > 0
                ? promptTokens + maxTokens
                : Math.max(promptTokens, Math.min(promptTokens + LIKELY_TOKENS, limit.terms().most()));
    }

    private static LimitReachedException reached(Limit limit, long count, long waitMillis) {
        limit.refuse();
        Terms terms = limit.terms();
        if (count > terms.most()) {
            return new LimitReachedException("the call may take " + count + " tokens, and " + terms + " lets "
                    + terms.most() + " through at once; send less, or ask for a shorter answer", limit.state(), null);
        }
        return new LimitReachedException(terms + " is reached", limit.state(), Duration.ofMillis(waitMillis));
    }

    /// How models do, by `provider/model`, when what their limits leave is looked at, too.
    ///
    /// @param vitals how they do otherwise
    public BiFunction<String, BreakerState, Vitals> watching(BiFunction<String, BreakerState, Vitals> vitals) {
        return (model, breaker) -> narrowed(model, vitals.apply(model, breaker));
    }

    private Vitals narrowed(String model, Vitals vitals) {
        long left = least(vitals.limitLeft(), vendors.left(model));
        String provider = model.substring(0, model.indexOf('/'));
        int seconds = vitals.limitSeconds();
        for (Limit limit : applying("provider:" + provider, "model:" + model)) {
            long here = limit.left();
            left = Math.min(left, limit.counts(Unit.REQUESTS) || here <= 0 ? here : left);
            seconds = here > 0 ? seconds : Math.max(seconds, (int) limit.waitFor(1).plusMillis(999).toSeconds());
        }
        return left == Long.MAX_VALUE
                ? vitals
                : new Vitals(vitals.breaker(), vitals.errorRate(), vitals.calls(), vitals.firstByteMs(),
                        vitals.latencyMs(), vitals.inFlight(), Math.clamp(left, 0, Integer.MAX_VALUE), seconds,
                        vitals.expectedFirstByteMs(), vitals.expectedMs(), vitals.doubt());
    }

    private static long least(long one, long other) {
        return Math.min(one < 0 ? Long.MAX_VALUE : one, other < 0 ? Long.MAX_VALUE : other);
    }

    /// What vendors have said of their own limits and is not over.
    public List<LearnedLimit> learned() {
        return vendors.snapshot();
    }

    /// All limits as they are now.
    public List<RateLimit> snapshot() {
        return all.stream().map(Limit::state).toList();
    }

    /// Hands what was taken to the disk, unless nothing changed. Called on a timer and at the end. Without it only a machine
    /// that loses power forgets.
    public void save() {
        if (file != null) {
            file.force();
        }
    }
}
