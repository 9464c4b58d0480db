package dev.formulary.engine.dispatch;

import dev.formulary.spi.ChatRequest;
import java.util.function.Supplier;

/// How models are asked that take over a session.
///
/// @param from the session's own model, `provider/model`, which needs to be told nothing
/// @param request makes what all others are asked; on the call's own thread, before each attempt of theirs
public record TakeOver(String from, Supplier<ChatRequest> request) {}
