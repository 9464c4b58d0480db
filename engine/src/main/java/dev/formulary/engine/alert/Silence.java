package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertScope;
import java.time.Instant;

/// For some time nothing is told of some alerts. They open and end all the same.
///
/// @param id of the silence
/// @param scope which alerts
/// @param until when it ends
/// @param by who wanted it, in their own words
/// @param note why; empty for no reason
/// @param since when it was made
public record Silence(String id, AlertScope scope, Instant until, String by, String note, Instant since) {}
