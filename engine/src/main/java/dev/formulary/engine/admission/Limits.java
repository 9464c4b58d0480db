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
import dev.formulary.engine.keys.IssuedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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
    private final @Nullable IssuedLimits issued;
    private final ReentrantLock taking = new ReentrantLock();
    private final VendorLimits vendors;
    private final @Nullable LimitFile file;
    private final boolean shared;

    private Limits(Clock clock) {
        vendors = new VendorLimits(clock);
        file = null;
        shared = false;
        issued = null;
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
        List<Terms> terms = settings.limits().stream().flatMap(entry -> LimitTerms.scopes(entry, settings.keys())
                .stream().flatMap(scope -> LimitTerms.of(entry, scope).stream())).toList();
        List<String> kept = terms.stream().filter(each -> each.per().outlivesARestart()).map(Terms::name).toList();
        LimitFile memory = kept.isEmpty() ? null : new LimitFile(file, kept, shared);
        this.file = memory;
        long epoch = clock.millis();
        long start = nanos.getAsLong();
        LongSupplier millis = () -> epoch + (nanos.getAsLong() - start) / 1_000_000;
        terms.forEach(each -> add(LimitTerms.limit(each, millis, memory, others)));
        issued = new IssuedLimits(settings, terms, file.resolveSibling("limits"),
                (each, own) -> LimitTerms.limit(each, millis, own, others), shared);
    }

    /// From now on issued keys are limited as these say, each by its own limits and by those of the configuration that are for
    /// `key:*`, `tenant:*` and its pool. What was taken before counts on.
    ///
    /// @throws UncheckedIOException when what is taken can't be kept in a file
    public void follow(List<IssuedKey> keys) {
        if (issued != null) {
            issued.follow(keys);
        }
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
        if (all.isEmpty() && (issued == null || issued.none())) {
            return Grant.ofNothing();
        }
        String pool = issued == null ? null : issued.pool(call.key());
        pool = pool == null ? pools.get(call.key()) : pool;
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
            if (issued != null) {
                applying.addAll(issued.of(scope));
            }
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
        Stream<Limit> late = issued == null ? Stream.empty() : issued.all();
        return Stream.concat(all.stream(), late).map(Limit::state).toList();
    }

    /// Hands what was taken to the disk, unless nothing changed. Called on a timer and at the end. Without it only a machine
    /// that loses power forgets.
    public void save() {
        if (file != null) {
            file.force();
        }
        if (issued != null) {
            issued.force();
        }
    }
}
