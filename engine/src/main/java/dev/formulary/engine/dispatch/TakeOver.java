package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.ChatRequest;
import java.util.function.Function;

/// How models are asked that take over a session.
///
/// @param from the session's own model, `provider/model`, which needs to be told nothing
/// @param request makes what another one is asked; on the call's own thread, before each attempt
public record TakeOver(String from, Function<Candidate, ChatRequest> request) {}
