package dev.formulary.engine.notify;

import dev.formulary.engine.config.AlertChannel;
import java.time.Instant;

/// An event on its way to a channel.
///
/// @param at when it is sent, this time
public record Parcel(AlertChannel channel, AlertEvent event, Instant at) {}
