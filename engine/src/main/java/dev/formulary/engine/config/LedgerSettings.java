package dev.formulary.engine.config;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How long it is kept what attempts cost, and with what that is compared.
///
/// @param retention of single attempts
/// @param days of the sums of days
/// @param maxSize bytes that all may take; beyond that the oldest attempts go, and the sums of their days stay
/// @param reference the model of which it is told what the same tokens would have cost, as `provider/model`; or
///     [#BEST_QUALITY]
/// @param database where it is kept; null for a file of this node's own
public record LedgerSettings(Duration retention, Duration days, long maxSize, String reference,
        @Nullable LedgerDatabase database) {
    /// The best model of those that might have answered.
    public static final String BEST_QUALITY = "best-quality";
    /// What holds where nothing is configured.
    public static final LedgerSettings USUAL = new LedgerSettings(Duration.ofDays(90), Duration.ofDays(3650),
            1L << 30, BEST_QUALITY);
    private static final Pattern REFERENCE = Pattern.compile(BEST_QUALITY + "|[^\\s/]+/\\S+");
    private static final Duration DAY = Duration.ofDays(1);

    /// In a file of this node's own.
    public LedgerSettings(Duration retention, Duration days, long maxSize, String reference) {
        this(retention, days, maxSize, reference, null);
    }

    static LedgerSettings read(Section s) {
        return new LedgerSettings(s.duration("retention", USUAL.retention, DAY, DAY.multipliedBy(3650)),
                s.duration("days", USUAL.days, DAY, DAY.multipliedBy(36_500)),
                s.size("max-size", USUAL.maxSize, 1L << 20, 1L << 40),
                s.text("reference", USUAL.reference, REFERENCE, "best-quality or provider/model"),
                LedgerDatabase.read(s));
    }
}
