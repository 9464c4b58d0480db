package dev.formulary.engine.telemetry;

/// How the ledger fares.
///
/// @param booked attempts that were booked since the start
/// @param unsettled those of them of which nobody knows what they cost, booked with the most that it may have been
/// @param lost attempts for which there was no room, and that are not booked
/// @param journalUsed the share of the room for what waits that is in use, 0 to 1
/// @param failing whether nothing can be booked at present
public record LedgerState(long booked, long unsettled, long lost, double journalUsed, boolean failing) {}
