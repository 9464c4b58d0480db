package dev.formulary.local.child;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// Chooses tokens, by a chain of the library's samplers in the library's usual order.
final class NativeSampler implements AutoCloseable {
    /// How many of the last tokens the penalties look at; the library's own default.
    private static final int PENALTY_TOKENS = 64;
    private static final MemoryLayout CHAIN_PARAMETERS = MemoryLayout.structLayout(JAVA_BOOLEAN);

    private final NativeLibrary library;
    private final MemorySegment chain;
    private final NativeCall sample;

    NativeSampler(NativeLibrary library, NativeModel model, Request.Manner manner) throws CannotDo {
        this.library = library;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = library.function("llama_sampler_chain_default_params", CHAIN_PARAMETERS)
                    .segment((SegmentAllocator) arena);
            chain = library.function("llama_sampler_chain_init", ADDRESS, CHAIN_PARAMETERS).segment(parameters);
            sample = library.function("llama_sampler_sample", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
            if (manner.json()) {
                add(library.function("llama_sampler_init_grammar", ADDRESS, ADDRESS, ADDRESS, ADDRESS).segment(
                        model.vocabulary(), arena.allocateFrom(JsonGrammar.TEXT), arena.allocateFrom("root")));
            }
        }
        penalties(model, manner);
        choice(manner);
    }

    /// Releases of 2026 take the length of the vocabulary first. Those before do not, and take it for the number of tokens to
    /// look at: then the penalties look at all of the answer. Whole numbers and others go by different registers, so that the
    /// others arrive in their places either way.
    private void penalties(NativeModel model, Request.Manner manner) throws CannotDo {
        if (manner.repeatPenalty() != 1 || manner.frequencyPenalty() != 0 || manner.presencePenalty() != 0) {
            int words = library.function("llama_vocab_n_tokens", JAVA_INT, ADDRESS).number(model.vocabulary());
            add(library.function("llama_sampler_init_penalties", ADDRESS, JAVA_INT, JAVA_INT, JAVA_FLOAT, JAVA_FLOAT,
                    JAVA_FLOAT).segment(words, PENALTY_TOKENS, manner.repeatPenalty(), manner.frequencyPenalty(),
                            manner.presencePenalty()));
        }
    }

    private void choice(Request.Manner manner) throws CannotDo {
        if (manner.temperature() <= 0) {
            add(library.function("llama_sampler_init_greedy", ADDRESS).segment());
            return;
        }
        if (manner.topK() > 0) {
            add(library.function("llama_sampler_init_top_k", ADDRESS, JAVA_INT).segment(manner.topK()));
        }
        if (manner.topP() < 1) {
            add(library.function("llama_sampler_init_top_p", ADDRESS, JAVA_FLOAT, JAVA_LONG).segment(manner.topP(),
                    1L));
        }
        if (manner.minP() > 0) {
            add(library.function("llama_sampler_init_min_p", ADDRESS, JAVA_FLOAT, JAVA_LONG).segment(manner.minP(),
                    1L));
        }
        add(library.function("llama_sampler_init_temp", ADDRESS, JAVA_FLOAT).segment(manner.temperature()));
        add(library.function("llama_sampler_init_dist", ADDRESS, JAVA_INT).segment(manner.seed()));
    }

    private void add(MemorySegment sampler) throws CannotDo {
        if (sampler.address() == 0) {
            close();
            throw new CannotDo(Report.Reason.INTERNAL, "the library can't make a sampler");
        }
        library.procedure("llama_sampler_chain_add", ADDRESS, ADDRESS).run(chain, sampler);
    }

    /// The token after what was decoded last.
    int next(NativeContext context) {
        return sample.number(chain, context.pointer(), -1);
    }

    @Override
    public void close() {
        library.procedure("llama_sampler_free", ADDRESS).run(chain);
    }
}
