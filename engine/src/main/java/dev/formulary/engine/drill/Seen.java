package dev.formulary.engine.drill;

/// What one caller saw.
///
/// @param atMs when the call began, in milliseconds after the drill did
/// @param way the dialect in which he asked
/// @param status as in HTTP
/// @param problem what he was told instead of an answer, or in its midst; empty when nothing was wrong
/// @param typed whether that was told in his dialect
/// @param firstMs until the first word; -1 when none came
/// @param totalMs until the end
/// @param attempts how many models were asked
/// @param model who answered; empty when nobody did
/// @param doubled words that came again
/// @param missing words that did not come
record Seen(long atMs, Way way, int status, String problem, boolean typed, long firstMs, long totalMs, int attempts,
        String model, int doubled, int missing) {

    /// A dialect, whole or in pieces.
    enum Way {
        OPENAI_WHOLE("openai-chat", "/v1/chat/completions", false, "\"finish_reason\":\"stop\""), OPENAI_STREAM(
                "openai-chat", "/v1/chat/completions", true, "[DONE]"), OLLAMA_WHOLE("ollama-chat", "/api/chat", false,
                        "\"done\":true"), OLLAMA_STREAM("ollama-chat", "/api/chat", true, "\"done\":true");

        final String entrance;
        final String path;
        final boolean stream;
        /// What a complete answer bears.
        final String end;

        Way(String entrance, String path, boolean stream, String end) {
            this.entrance = entrance;
            this.path = path;
            this.stream = stream;
            this.end = end;
        }

        String word() {
            return entrance.substring(0, entrance.indexOf('-')) + (stream ? " stream" : "");
        }
    }

    boolean refused() {
        return status != 200;
    }

    boolean broken() {
        return status == 200 && !problem.isEmpty();
    }

    boolean answered() {
        return status == 200 && problem.isEmpty();
    }
}
