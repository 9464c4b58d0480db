package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Severity;

/// What a channel knows of an open alert.
///
/// @param severity how severe it was when that was told
/// @param about under which it was told
/// @param flapping whether it knows that it flaps
record Told(Severity severity, String about, boolean flapping) {}
