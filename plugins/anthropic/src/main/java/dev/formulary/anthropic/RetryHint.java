package dev.formulary.anthropic;

import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.wire.RetryAfter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long the vendor asks to wait, in whichever header it says so.
final class RetryHint {
    private static final List<String> LIMITS = List.of("requests", "tokens", "input-tokens", "output-tokens");

    private final RetryAfter plain;

    RetryHint(InstantSource clock) {
        this.plain = new RetryAfter(clock);
    }

    @Nullable
    Duration of(Response response) {
        Duration wait = plain.of(response);
        return wait == null ? reset(response) : wait;
    }

    /// The reset of the limit that is used up, an RFC 3339 time; of several the last.
    private @Nullable Duration reset(Response response) {
        Duration longest = null;
        for (String limit : LIMITS) {
            String name = "anthropic-ratelimit-" + limit;
            if (response.header(name + "-remaining").orElse("0").strip().equals("0")) {
                longest = RetryAfter.longer(longest, moment(response.header(name + "-reset").orElse("")));
            }
        }
        return longest;
    }

    private @Nullable Duration moment(String value) {
        try {
            return value.isBlank() ? null : plain.until(OffsetDateTime.parse(value.strip()).toInstant());
        } catch (DateTimeException e) {
            return null;
        }
    }
}
