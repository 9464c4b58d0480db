package dev.formulary.local.child;

import java.util.List;

/// What the provider asks of the process. `call` numbers what is answered by [Report]s of the same number.
public sealed interface Request {

    /// Bring a model into memory. Answered by [Report.Loaded] or [Report.Failed].
    ///
    /// @param context tokens of context to reserve
    /// @param batch tokens to decode at once, at most
    /// @param gpuLayers how many layers go onto a graphics card; negative for all
    record Load(int call, String path, int context, int batch, int threads, int gpuLayers) implements Request {}

    /// Answer a conversation. Answered by [Report.Started], any number of [Report.Text] and one [Report.Finished], or by
    /// [Report.Failed].
    record Chat(int call, List<Turn> turns, Manner manner) implements Request {
        public Chat {
            turns = List.copyOf(turns);
        }
    }

    /// Turn texts into vectors. Answered by one [Report.Vector] for each and one [Report.Finished], or by [Report.Failed].
    record Embed(int call, List<String> texts) implements Request {
        public Embed {
            texts = List.copyOf(texts);
        }
    }

    /// Stop a call, now. It ends as it would have, by [Report.Finished] with [Report.Stop#CANCELLED]; nothing happens when it
    /// is over.
    record Cancel(int call) implements Request {}

    /// Give the model's memory back. Answered by [Report.Finished].
    record Unload(int call) implements Request {}

    /// Answered by [Report.Pong], even while a model is at work.
    record Ping(int call) implements Request {}

    /// @param role `system`, `user` or `assistant`
    record Turn(String role, String text) {}

    /// How to answer.
    ///
    /// @param maxTokens the most tokens of the answer
    /// @param temperature 0 for always the likeliest token
    /// @param topK 0 for no limit
    /// @param repeatPenalty 1 for none
    /// @param seed as an unsigned number; -1 for one that nobody knows
    /// @param json whether the answer must be a JSON object
    record Manner(int maxTokens, float temperature, int topK, float topP, float minP, float repeatPenalty,
            float frequencyPenalty, float presencePenalty, int seed, boolean json, List<String> stop) {
        public Manner {
            stop = List.copyOf(stop);
        }
    }
}
