package dev.formulary.engine.config;

import java.time.Duration;

/// Which answers of `/v1/responses` are kept, so that they can be fetched and followed: the section `sessions.responses`.
///
/// @param keep whether those that their callers want stored
/// @param retention how long each
/// @param most how many of all callers; the oldest go
/// @param maxSize bytes that all may take; one with its conversation may take a sixteenth
public record Retained(boolean keep, Duration retention, int most, long maxSize) {
    /// What holds where nothing is configured.
    public static final Retained USUAL = new Retained(true, Duration.ofDays(1), 10_000, 64L << 20);

    static Retained read(Section s) {
        return new Retained(s.flag("keep", USUAL.keep()),
                s.duration("retention", USUAL.retention(), Duration.ofMinutes(1), Duration.ofDays(3650)),
                s.number("most", USUAL.most(), 1, 10_000_000),
                s.size("max-size", USUAL.maxSize(), 1L << 20, 1L << 40));
    }
}
