package dev.formulary.engine.facts;

/// What rules may set or cap.
public enum Parameter {
    /// 0 to 2.
    TEMPERATURE,
    /// 0 to 1.
    TOP_P,
    /// The most tokens of the answer.
    MAX_TOKENS,
    /// The size of the context that a local server reserves, in tokens.
    CONTEXT_TOKENS,
    /// The longest wait for the first byte of one attempt, in milliseconds.
    FIRST_BYTE_MS,
    /// After how many milliseconds without content the next model is asked too, and the one that begins first answers; 0 after
    /// the time within which 95 of 100 answers of the model began of late. Not for more than one call in twenty.
    HEDGE_MS,
    /// The longest silence within an answer that has begun, in milliseconds.
    SILENCE_MS,
    /// How often another model of the plan may go on with an answer that breaks off in its midst, 0 to 2. Without it none may; a
    /// cap alone allows nothing. Only plain words are gone on with.
    CONTINUATIONS,
    /// How often a model is asked again whose answer does not follow the JSON schema of the call, 0 to 2. Where a rule sets it,
    /// answers to calls with a schema are checked before anybody gets them; a cap alone has nothing checked.
    CORRECTIONS,
    /// How long the whole call may take, in milliseconds.
    DEADLINE_MS,
    /// How long an equal call may be answered from the cache, in seconds; 0 forbids it.
    CACHE_SECONDS,
    /// How many models may be tried for one call.
    ATTEMPTS,
    /// How long a local model stays in memory afterwards, in seconds.
    KEEP_ALIVE_SECONDS
}
