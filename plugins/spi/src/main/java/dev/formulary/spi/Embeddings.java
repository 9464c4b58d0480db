package dev.formulary.spi;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Vectors for texts.
///
/// @param vectors one for each text, in order, all of one length
/// @param usage what it took
/// @param ignored what the caller asked for and the provider left out, by the caller's names; see [Request#ignoring]
public record Embeddings(List<float[]> vectors, Usage usage, Set<String> ignored) {
    public Embeddings {
        vectors = List.copyOf(vectors);
        ignored = Set.copyOf(ignored);
    }

    /// Nothing was left out.
    public Embeddings(List<float[]> vectors, Usage usage) {
        this(vectors, usage, Set.of());
    }

    /// What is to be turned into vectors.
    ///
    /// @param model the provider's own id of the model
    /// @param texts the texts; empty when the caller gave tokens
    /// @param dimensions the length of the vectors, or null for the model's own
    /// @param tokens each text as tokens of the model's own vocabulary, only where [Provider#takesTokens]; else empty
    /// @param truncate whether a text that is too long may be cut, rather than refused with
    ///     [FailureCategory#CONTEXT_OVERFLOW]
    /// @param options what else the caller asked for
    public record Request(String model, List<String> texts, @Nullable Integer dimensions, List<List<Integer>> tokens,
            boolean truncate, Options options) {
        public Request {
            texts = List.copyOf(texts);
            tokens = List.copyOf(tokens);
        }

        /// Texts that must not be cut, with no options.
        public Request(String model, List<String> texts, @Nullable Integer dimensions) {
            this(model, texts, dimensions, List.of(), false, Options.NONE);
        }

        /// How many vectors are wanted.
        public int count() {
            return tokens.isEmpty() ? texts.size() : tokens.size();
        }

        /// The same for another model, which stays loaded for another time.
        public Request with(String otherModel, @Nullable Duration otherKeepAlive) {
            return new Request(otherModel, texts, dimensions, tokens, truncate, options.keeping(otherKeepAlive));
        }

        /// What a provider has to say of the options that it does not pass on.
        ///
        /// @param carried the caller's names of those that it does: `user`, `keep_alive`, names in [Options#extra]
        /// @return the other names, for [Embeddings#ignored]
        /// @throws ProviderException with [FailureCategory#UNSUPPORTED] when one of those is essential
        public Set<String> ignoring(Set<String> carried) throws ProviderException {
            var names = new LinkedHashSet<>(options.extra().keySet());
            if (options.endUser() != null) {
                names.add("user");
            }
            if (options.keepAlive() != null) {
                names.add("keep_alive");
            }
            names.removeAll(carried);
            for (String name : names) {
                if (options.essential().contains(name)) {
                    throw new ProviderException(FailureCategory.UNSUPPORTED,
                            "this model's provider can't carry '" + name + "'");
                }
            }
            return names;
        }
    }

    /// What a caller may ask for beyond the usual.
    ///
    /// @param endUser the caller's own name for the person, for the vendor's detection of abuse; or null
    /// @param keepAlive how long a local model stays loaded afterwards; negative for as long as can be, null when not said
    /// @param extra members of the caller's body that the gateway does not know, by name, as plain values
    ///     (see [ChatRequest]); those of Ollama's `options` as `options.NAME`
    /// @param essential names in `extra` without which the vectors would be others than those that were asked for
    public record Options(@Nullable String endUser, @Nullable Duration keepAlive, Map<String, @Nullable Object> extra,
            Set<String> essential) {
        /// Nothing asked.
        public static final Options NONE = new Options(null, null, Map.of(), Set.of());

        // written out because a compact constructor loses the nullness of type arguments in the class file
        public Options(@Nullable String endUser, @Nullable Duration keepAlive, Map<String, @Nullable Object> extra,
                Set<String> essential) {
            this.endUser = endUser;
            this.keepAlive = keepAlive;
            this.extra = extra;
            this.essential = Set.copyOf(essential);
        }

        /// The same, but for how long a local model stays loaded.
        public Options keeping(@Nullable Duration other) {
            return new Options(endUser, other, extra, essential);
        }
    }
}
