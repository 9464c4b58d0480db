package dev.formulary.engine.facts;

import java.time.Duration;

/// A limit on calls or tokens, and how it stands.
///
/// @param id its name in the configuration
/// @param scope what it counts: `total`, `key:NAME`, `tenant:NAME`, `pool:NAME`, `provider:NAME` or `model:PROVIDER/MODEL`
/// @param unit `requests` or `tokens`
/// @param limit how many there may be in a period
/// @param per `second`, `minute`, `hour` or `day`
/// @param burst how many of them may come at once
/// @param left how many may come right now; less than 0 after answers that were longer than expected
/// @param fullIn how long until all of it is there again, when nothing comes meanwhile
/// @param refused how many calls were turned away, or sent on to another model, since the start
public record RateLimit(String id, String scope, String unit, long limit, String per, long burst, long left,
        Duration fullIn, long refused) {}
