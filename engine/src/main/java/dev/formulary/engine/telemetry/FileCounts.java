package dev.formulary.engine.telemetry;

/// Files of the inbox.
///
/// @param working being answered now
/// @param done answered since the start
/// @param refused of which nothing could be read, since the start
/// @param succeeded questions in files that got an answer, since the start
/// @param failed questions in files that got an error, since the start
public record FileCounts(long working, long done, long refused, long succeeded, long failed) {}
