package dev.formulary.engine.store;

/// The beginning of a booking: what is known when an attempt begins.
///
/// @param id unique and rising, for each attempt
/// @param at milliseconds since 1970
/// @param call the call's id
/// @param attempt which of the call's attempts, from 1; 0 for an answer from the cache
/// @param via how the call came: `http`, `mqtt`, `file`, `probe` or `grade`
/// @param session empty for none
/// @param labels those of the caller's key, in order, with commas between; empty for none
/// @param tag what the caller wrote on the call; empty for nothing
/// @param model `provider/model`
/// @param rule the id of the rule that chose the model; `caller`, `ranking` or `none`
/// @param reference the model whose cost is compared, or empty
/// @param most the most that it may cost, in micro-dollars; -1 when nobody knows
record Opening(long id, long at, String call, int attempt, String via, String tenant, String key, String session,
        String labels, String tag, String model, String rule, String reference, long most, PriceList prices) {}
