package dev.formulary.engine.dialect;

import java.time.Instant;

/// What an answer says about itself, whoever wrote it.
///
/// @param id the call's id
/// @param model `provider/model` that answers
/// @param created when it began
public record ReplyHead(String id, String model, Instant created) {}
