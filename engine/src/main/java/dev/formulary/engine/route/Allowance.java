package dev.formulary.engine.route;

import dev.formulary.engine.admission.Grant;
import dev.formulary.engine.admission.LimitReachedException;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.RateLimit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tells a caller of its limits, in the headers that OpenAI's clients know.
final class Allowance {
    private Allowance() {}

    static RefusedException refusal(LimitReachedException reached) {
        String message = String.valueOf(reached.getMessage());
        Map<String, String> headers = headers(reached.limit().stream().toList());
        if (reached.retryAfter().isEmpty()) {
            headers.put("x-should-retry", "false");
            return new RefusedException(new Refusal(429, "request_too_large", message, null, null), headers);
        }
        return new RefusedException(
                new Refusal(429, "rate_limit_exceeded", message, null, reached.retryAfter().get()), headers);
    }

    /// The answer, which tells how the limits stand from which the call took.
    static Answer told(Answer answer, Grant grant) {
        List<RateLimit> standing = grant.standing();
        if (standing.isEmpty()) {
            return answer;
        }
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        headers.putAll(headers(standing));
        return switch (answer) {
            case Answer.Whole whole -> new Answer.Whole(whole.status(), whole.contentType(), headers, whole.body());
            case Answer.Streamed streamed ->
                new Answer.Streamed(streamed.status(), streamed.contentType(), headers, streamed.frames());
        };
    }

    private static Map<String, String> headers(List<RateLimit> limits) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (RateLimit each : limits) {
            headers.put("x-ratelimit-limit-" + each.unit(), Long.toString(each.limit()));
            headers.put("x-ratelimit-remaining-" + each.unit(), Long.toString(Math.max(0, each.left())));
            headers.put("x-ratelimit-reset-" + each.unit(), duration(each.fullIn()));
        }
        return headers;
    }

    /// As Go writes durations, which is what OpenAI sends: `120ms`, `7s`, `6m0s`, `23h59m1s`.
    static String duration(Duration duration) {
        if (duration.toMillis() < 1_000) {
            return duration.toMillis() + "ms";
        }
        Duration whole = duration.plusMillis(999);
        String hours = whole.toHours() > 0 ? whole.toHours() + "h" : "";
        String minutes = whole.toMinutes() > 0 ? whole.toMinutesPart() + "m" : "";
        return hours + minutes + whole.toSecondsPart() + "s";
    }
}
