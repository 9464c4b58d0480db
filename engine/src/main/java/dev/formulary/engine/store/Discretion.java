package dev.formulary.engine.store;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Situation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What is kept of names that can tell a person: tenant, key, session, tag and zone. The tenant `default` and what is empty tell
/// nobody and stay. Not thread-safe.
///
/// Hashed, a value becomes `~` and 24 hexadecimal digits: HMAC-SHA-256 with a random key that lies in the data folder, so
/// equal values stay equal within one installation, in budgets' scopes too, and can't be guessed without the key.
final class Discretion {
    static final String SALT = "decisions.salt";
    private static final String MASK = "~";
    private static final Set<String> PERSONAL = Set.of("tenant:", "key:", "tag:");

    private final boolean keep;
    private final @Nullable Mac mac;
    private @Nullable Situation last;
    private Situation lastHidden = new Situation(java.time.Instant.EPOCH, dev.formulary.engine.facts.Host.UNKNOWN,
            List.of(), 0, 0, Set.of());

    /// @param personal `keep`, `hash` or `mask`
    /// @param data where the key lies, or will
    Discretion(String personal, Path data) throws IOException {
        keep = personal.equals("keep");
        mac = personal.equals("hash") ? mac(OwnSecret.in(data.resolve(SALT))) : null;
    }

    /// What was said, as it is kept.
    ///
    /// @param hidden which facts are not kept as they were
    record Said(Call call, Context context, Situation situation, Ruled ruled, List<String> hidden) {}

    Said of(Call call, Context context, Situation situation, Ruled ruled) {
        if (keep) {
            return new Said(call, context, situation, ruled, List.of());
        }
        var hidden = new ArrayList<String>(0);
        var originals = new LinkedHashSet<String>();
        String session = call.session();
        var discreet = new Call(call.id(), call.dialect(), call.via(), hide("tenant", call.tenant(), hidden, originals),
                hide("key", call.key(), hidden, originals), call.model(), call.substitute(), call.priority(),
                session == null ? null : hide("session", session, hidden, originals), call.stream(), call.received(),
                call.deadlineMs(), call.trace(), call.labels(), call.models(),
                hide("tag", call.tag(), hidden, originals));
        Context inZone = inZone(context, hide("zone", context.zone(), hidden, originals));
        Situation budgeted = hidden(situation);
        if (!budgeted.equals(situation)) {
            hidden.add("budgets");
        }
        return new Said(discreet, inZone, budgeted, originals.isEmpty()
                ? ruled
                : ruled.withTexts(
                        text -> without(originals, text)),
                List.copyOf(hidden));
    }

    /// What a provider says of a failure may quote the call.
    static Outcome of(Outcome outcome) {
        if (outcome.attempts().stream().allMatch(tried -> tried.message().isEmpty())) {
            return outcome;
        }
        return new Outcome(outcome.status(), outcome.attempts().stream()
                .map(tried -> new Outcome.Tried(tried.candidate(), tried.failure(), "", tried.ms(), tried.kind(),
                        tried.vainMicros()))
                .toList(),
                outcome.usage(), outcome.costMicros(), outcome.totalMs(), outcome.overheadMicros(),
                outcome.handedOver(), outcome.stream());
    }

    /// A value as it is kept.
    String token(String value) {
        if (keep || value.isEmpty() || value.equals("default")) {
            return value;
        }
        if (mac == null) {
            return MASK;
        }
        byte[] hash = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
        return MASK + HexFormat.of().formatHex(Arrays.copyOf(hash, 12));
    }

    private String hide(String name, String value, List<String> hidden, Set<String> originals) {
        String token = token(value);
        if (!token.equals(value)) {
            hidden.add(name);
            originals.add(value);
        }
        return token;
    }

    private static Context inZone(Context context, String zone) {
        return zone.equals(context.zone())
                ? context
                : new Context(context.need(), context.risk(), context.emotion(), context.ageBand(), context.privacy(),
                        context.task(), context.consent(), context.clinician(), context.paidAllowed(), zone,
                        context.language(), context.promptTokens(), context.maxTokens(), context.needs(),
                        context.deterministic(), context.therapy(), context.requirements(), context.balance(),
                        context.traits(), context.screening(), context.words(), context.sources());
    }

    /// Decisions of one tick share the situation, and go on sharing it.
    @SuppressWarnings("ReferenceEquality") // equal ones only spare less work
    private Situation hidden(Situation situation) {
        if (situation != last) {
            last = situation;
            List<Budget> budgets = situation.budgets().stream().map(this::hidden).toList();
            lastHidden = budgets.equals(situation.budgets())
                    ? situation
                    : situation.with(budgets);
        }
        return lastHidden;
    }

    private Budget hidden(Budget budget) {
        int colon = budget.scope().indexOf(':') + 1;
        if (colon == 0 || !PERSONAL.contains(budget.scope().substring(0, colon))) {
            return budget;
        }
        String name = budget.scope().substring(colon);
        String id = budget.id().endsWith(":" + name)
                ? budget.id().substring(0, budget.id().length() - name.length()) + token(name)
                : budget.id();
        return new Budget(id, budget.scope().substring(0, colon) + token(name), budget.spent(), budget.reserved(),
                budget.limit(), budget.resetsAt(), budget.hard(), budget.step(), budget.outlook());
    }

    private String without(Set<String> originals, String text) {
        String rest = text;
        for (String original : originals) {
            if (rest.contains(original)) {
                rest = Pattern.compile("(?<![\\w~])" + Pattern.quote(original) + "(?!\\w)").matcher(rest)
                        .replaceAll(Matcher.quoteReplacement(token(original)));
            }
        }
        return rest;
    }

    private static Mac mac(byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
