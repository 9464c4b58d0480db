package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ProviderException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What tunes the answer. A value that is the vendor's own anyway is left out without a word.
///
/// @param traits of the model
/// @param thinks whether thinking was asked for
/// @param ignored gets what could not be carried
record Tuning(Traits traits, boolean thinks, Set<String> ignored) {

    void write(ObjectNode root, ChatRequest request) throws ProviderException {
        Sampling sampling = request.sampling();
        Options options = request.options();
        Double temperature = temperature(sampling.temperature());
        if (temperature != null) {
            root.put("temperature", temperature);
        }
        Double topP = topP(sampling.topP(), temperature != null);
        if (topP != null) {
            root.put("top_p", topP);
        }
        if (options.topK() != null && takesSampling()) {
            root.put("top_k", options.topK());
        } else if (options.topK() != null) {
            ignored.add("top_k");
        }
        stop(root, sampling);
        if (options.endUser() != null) {
            root.set("metadata", Json.object().put("user_id", options.endUser()));
        }
        tell(sampling, options);
    }

    private boolean takesSampling() {
        return traits.sampling() != Traits.Sampling.NONE && !thinks;
    }

    /// @return what can be said, or null
    @Nullable
    Double temperature(@Nullable Double wanted) {
        if (wanted == null) {
            return null;
        }
        if (!takesSampling()) {
            tellUnless(wanted == 1, "temperature");
            return null;
        }
        tellUnless(wanted <= 1, "temperature");
        return Math.clamp(wanted, 0.0, 1.0);
    }

    private @Nullable Double topP(@Nullable Double wanted, boolean temperatureSaid) {
        boolean one = traits.sampling() == Traits.Sampling.ONE && temperatureSaid;
        if (wanted == null || (takesSampling() && !one)) {
            return wanted;
        }
        tellUnless(wanted == 1, "top_p");
        return null;
    }

    private static void stop(ObjectNode root, Sampling sampling) throws ProviderException {
        if (sampling.stop().stream().anyMatch(String::isBlank)) {
            throw Blocks.unsupported("the Messages API can't stop at white space alone, which 'stop' asks for");
        }
        if (!sampling.stop().isEmpty()) {
            sampling.stop().forEach(root.putArray("stop_sequences")::add);
        }
    }

    private void tell(Sampling sampling, Options options) {
        tellUnless(sampling.seed() == null, "seed");
        tellUnless(sampling.contextTokens() == null, "num_ctx");
        tellUnless(nothing(options.minP()), "min_p");
        tellUnless(nothing(options.frequencyPenalty()), "frequency_penalty");
        tellUnless(nothing(options.presencePenalty()), "presence_penalty");
        tellUnless(options.keepAlive() == null, "keep_alive");
    }

    private static boolean nothing(@Nullable Double value) {
        return value == null || value == 0;
    }

    private void tellUnless(boolean harmless, String parameter) {
        if (!harmless) {
            ignored.add(parameter);
        }
    }
}
