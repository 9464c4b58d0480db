package dev.formulary.engine.config;

import java.time.Duration;

/// How everything that is measured is noted and kept.
///
/// @param every how often it is noted
/// @param store whether it is kept in `data/series.db`, to be there after a restart
/// @param raw how long as it was noted
/// @param minutes how long as of each minute
/// @param fiveMinutes how long as of each five minutes
/// @param hours how long as of each hour
/// @param maxSize bytes that all may take; beyond that the oldest goes
public record SeriesSettings(Duration every, boolean store, Duration raw, Duration minutes, Duration fiveMinutes,
        Duration hours, long maxSize) {
    /// What holds where nothing is configured.
    public static final SeriesSettings USUAL = new SeriesSettings(Duration.ofSeconds(5), true, Duration.ofHours(1),
            Duration.ofDays(1), Duration.ofDays(30), Duration.ofDays(365), 256L << 20);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(3650);

    static SeriesSettings read(Section s) {
        return new SeriesSettings(s.duration("every", USUAL.every, Duration.ofSeconds(1), Duration.ofMinutes(1)),
                s.flag("store", USUAL.store), s.duration("raw", USUAL.raw, HOUR, Duration.ofDays(7)),
                s.duration("minutes", USUAL.minutes, HOUR, LONGEST),
                s.duration("five-minutes", USUAL.fiveMinutes, HOUR, LONGEST),
                s.duration("hours", USUAL.hours, HOUR, LONGEST),
                s.size("max-size", USUAL.maxSize, 8L << 20, 1L << 40));
    }
}
