package dev.formulary.engine.route;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dispatch.DispatchException;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Decision;
import dev.formulary.spi.FailureCategory;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says in a client's terms what became of a call.
final class Answers {
    static final String JSON = "application/json";
    /// The code of a call that one of the gateway's own budgets does not allow.
    static final String OVER_BUDGET = "budget_exhausted";
    private static final int SHORT_HASH = 12;
    private static final int MOST_NAMES = 20;
    private static final Pattern NOT_IN_A_HEADER = Pattern.compile("[^A-Za-z0-9_.\\[\\]-]|(?<=.{64}).");
    /// What the same call would be told again.
    private static final Set<String> LASTING = Set.of("insufficient_quota", OVER_BUDGET, Checks.NOT_FOLLOWED);
    private static final Duration SOON = Duration.ofSeconds(2);

    private Answers() {}

    /// Headers that every decided call bears.
    static Map<String, String> headers(Decision decision) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("X-Formulary-Decision", decision.id());
        String rules = decision.ruleSet();
        headers.put("X-Formulary-Rules", rules.length() > SHORT_HASH ? rules.substring(0, SHORT_HASH) : rules);
        return headers;
    }

    /// A call that no model answered.
    static Answer.Whole failure(Received received, Decision.Allow allow, DispatchException why) {
        Map<String, String> headers = headers(allow);
        headers.put("X-Formulary-Attempts", Integer.toString(why.tried().size()));
        return refusal(received.dialect(), of(why, VectorCalls.content(received.inquiry())), headers);
    }

    static Answer.Whole refusal(ChatDialect dialect, Refusal asItIs, Map<String, String> headers) {
        Refusal refusal = dialect.adapted(asItIs);
        var all = new LinkedHashMap<>(headers);
        if (refusal.retryAfter() != null) {
            long seconds = seconds(refusal, refusal.retryAfter());
            all.put("Retry-After", Long.toString(seconds));
            all.put("retry-after-ms", Long.toString(seconds * 1000));
        }
        if (LASTING.contains(refusal.code())) {
            all.put("x-should-retry", "false");
        }
        return new Answer.Whole(refusal.status(), JSON, all, dialect.error(refusal));
    }

    /// Clients that retry by themselves are told not to when money is used up, so they may know for how long.
    private static long seconds(Refusal refusal, Duration wait) {
        return refusal.code().equals(OVER_BUDGET)
                ? Math.max(1, Math.ceilDiv(wait.toMillis(), 1000L))
                : refusal.retryAfterSeconds();
    }

    static Refusal of(Decision.Deny deny) {
        int status = switch (deny.code()) {
            case "model_not_found" -> 404;
            case Decision.Deny.TOO_LONG -> 400;
            case "policy_failed", "no_model_allowed" -> 503;
            default -> 403;
        };
        return new Refusal(status, deny.code(), deny.message(), param(status),
                status == 503 ? SOON : null);
    }

    private static @Nullable String param(int status) {
        return switch (status) {
            case 400 -> "messages";
            case 404 -> "model";
            default -> null;
        };
    }

    static Refusal of(DispatchException failure) {
        return of(failure, "messages");
    }

    /// @param content the member of the body that holds what is asked
    static Refusal of(DispatchException failure, String content) {
        String why = String.valueOf(failure.getMessage());
        Duration wait = failure.retryAfter().orElse(SOON);
        return switch (failure.category()) {
            case INVALID_REQUEST -> Refusal.badRequest("invalid_request", why, null);
            case UNSUPPORTED -> Refusal.badRequest("unsupported_parameter", why, null);
            case CONTEXT_OVERFLOW -> Refusal.badRequest("context_length_exceeded",
                    "this model's maximum context length is exceeded: " + why, content);
            case REFUSED -> Refusal.badRequest("content_filter", why, null);
            case UNKNOWN_MODEL -> new Refusal(404, "model_not_found", why, "model", null);
            case THROTTLED -> new Refusal(429, "rate_limit_exceeded", why, null, wait);
            case QUOTA -> new Refusal(429, failure.overBudget() ? OVER_BUDGET : "insufficient_quota", why, null, wait);
            case TIMEOUT -> new Refusal(504, "timeout", "no model answered in time: " + why, null, null);
            case CANCELLED -> new Refusal(499, "client_closed_request", why, null, null);
            case AUTH, CONFIGURATION -> new Refusal(502, "upstream_auth",
                    "the provider refuses the gateway's own credentials or settings: " + why, null, null);
            case CONNECT, SERVER, MALFORMED, CUT -> new Refusal(503, "providers_unavailable",
                    "no model that may answer did: " + why, null, wait);
        };
    }

    /// Names in one header; they come from the caller's own body, so what no header may hold is left out of them.
    static String headerList(Collection<String> names) {
        return names.stream().limit(MOST_NAMES).map(name -> NOT_IN_A_HEADER.matcher(name).replaceAll(""))
                .collect(Collectors.joining(", "));
    }

    /// What a client is told when the gateway itself is at fault.
    static Refusal fault() {
        return new Refusal(500, "internal_error", "the gateway failed; its log says why", null, null);
    }

    /// What a client is told whose call was still waiting when the gateway stopped.
    static Refusal stopping() {
        return new Refusal(503, "shutting_down", "the gateway is stopping", null, Duration.ofSeconds(1));
    }

    /// What a client is told when a stream breaks off.
    static Refusal broken(FailureCategory category, String why) {
        return new Refusal(502, category == FailureCategory.TIMEOUT ? "timeout" : "stream_interrupted",
                "the answer broke off: " + why, null, null);
    }
}
