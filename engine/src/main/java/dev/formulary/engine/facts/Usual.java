package dev.formulary.engine.facts;

import org.jspecify.annotations.Nullable;

/// What is usual for one metric of one resource, and since when that counts.
///
/// @param version counts how often it was established anew, from 1
/// @param since from when on samples count, in milliseconds of the epoch; 0 for all
/// @param baseline null while too little is known
public record Usual(Metric metric, String resource, int version, long since, @Nullable Baseline baseline) {}
