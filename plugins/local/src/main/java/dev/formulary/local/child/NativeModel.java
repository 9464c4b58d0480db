package dev.formulary.local.child;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model in memory: its weights, its vocabulary and its way to write conversations.
@SuppressWarnings("restricted") // reads memory of the library
final class NativeModel implements AutoCloseable {
    /// Where `n_gpu_layers` stands in the model's parameters, behind two pointers.
    private static final int GPU_LAYERS = 16;
    /// The form that most models have seen, which the library knows by this name.
    private static final String CHAT_ML = "chatml";
    private static final int TURN_BYTES = 16;
    /// Bytes; no word of a vocabulary is longer.
    private static final long LONGEST_WORD = 1 << 16;
    /// Attributes of a token: it stands for nothing that is known, or it steers.
    private static final int STEERS = 1 | 1 << 3;

    private final MemorySegment model;
    private final MemorySegment vocabulary;
    private final int dimensions;
    private final NativeCall tokenize;
    private final NativeCall piece;
    private final NativeCall end;
    private final NativeCall applyTemplate;
    private final NativeCall free;
    private final @Nullable MemorySegment template;
    private final ControlWords controls;

    private NativeModel(NativeLibrary library, MemorySegment model) {
        this.model = model;
        vocabulary = library.function("llama_model_get_vocab", ADDRESS, ADDRESS).segment(model);
        dimensions = library.function("llama_model_n_embd", JAVA_INT, ADDRESS).number(model);
        tokenize = library.function("llama_tokenize", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT,
                JAVA_BOOLEAN, JAVA_BOOLEAN);
        piece = library.function("llama_token_to_piece", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT,
                JAVA_BOOLEAN);
        end = library.function("llama_vocab_is_eog", JAVA_BOOLEAN, ADDRESS, JAVA_INT);
        applyTemplate = library.function("llama_chat_apply_template", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG,
                JAVA_BOOLEAN, ADDRESS, JAVA_INT);
        free = library.procedure("llama_model_free", ADDRESS);
        template = knownTemplate(
                library.function("llama_model_chat_template", ADDRESS, ADDRESS, ADDRESS).segment(model,
                        MemorySegment.NULL));
        controls = controlWords(library, vocabulary);
    }

    private static ControlWords controlWords(NativeLibrary library, MemorySegment vocabulary) {
        NativeCall attributes = library.function("llama_vocab_get_attr", JAVA_INT, ADDRESS, JAVA_INT);
        NativeCall text = library.function("llama_vocab_get_text", ADDRESS, ADDRESS, JAVA_INT);
        int count = library.function("llama_vocab_n_tokens", JAVA_INT, ADDRESS).number(vocabulary);
        List<String> words = new ArrayList<>();
        for (int token = 0; token < count; token++) {
            if ((attributes.number(vocabulary, token) & STEERS) != 0) {
                words.add(text.segment(vocabulary, token).reinterpret(LONGEST_WORD).getString(0));
            }
        }
        return new ControlWords(words);
    }

    /// @throws CannotDo with what the library says when it can't load the file
    static NativeModel load(NativeLibrary library, String path, int gpuLayers) throws CannotDo {
        NativeLog.forget();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = library.function("llama_model_default_params", NativeLibrary.PARAMETERS)
                    .segment((SegmentAllocator) arena);
            parameters.set(JAVA_INT, GPU_LAYERS, gpuLayers);
            MemorySegment model = library
                    .function("llama_model_load_from_file", ADDRESS, ADDRESS, NativeLibrary.PARAMETERS)
                    .segment(arena.allocateFrom(path), parameters);
            if (model.address() == 0) {
                throw new CannotDo(Report.Reason.MODEL, "the library can't load it: " + NativeLog.firstError());
            }
            return new NativeModel(library, model);
        }
    }

    private @Nullable MemorySegment knownTemplate(MemorySegment own) {
        if (own.address() == 0) {
            return null;
        }
        byte[] written = apply(own, List.of(new Request.Turn("user", "a")));
        return written == null ? null : own;
    }

    MemorySegment pointer() {
        return model;
    }

    MemorySegment vocabulary() {
        return vocabulary;
    }

    /// The length of its vectors.
    int dimensions() {
        return dimensions;
    }

    /// Whether the library can write conversations as the file says.
    boolean knowsItsTemplate() {
        return template != null;
    }

    /// A conversation as the model has learnt to read it, up to where its answer begins.
    String prompt(List<Request.Turn> turns) throws CannotDo {
        for (Request.Turn turn : turns) {
            if (turn.text().indexOf('\0') >= 0) {
                throw new CannotDo(Report.Reason.REQUEST, "a message holds the character U+0000");
            }
        }
        List<Request.Turn> harmless = turns.stream()
                .map(turn -> new Request.Turn(turn.role(), controls.disarm(turn.text()))).toList();
        byte[] written = null;
        if (template != null) {
            written = apply(template, harmless);
        }
        if (written == null) {
            try (Arena arena = Arena.ofConfined()) {
                written = apply(arena.allocateFrom(CHAT_ML), harmless);
            }
        }
        if (written == null) {
            throw new CannotDo(Report.Reason.INTERNAL, "the library does not know chatml");
        }
        return new String(written, StandardCharsets.UTF_8);
    }

    private byte @Nullable [] apply(MemorySegment form, List<Request.Turn> turns) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(TURN_BYTES * (long) turns.size(), 8);
            for (int i = 0; i < turns.size(); i++) {
                list.set(ADDRESS, TURN_BYTES * (long) i, arena.allocateFrom(turns.get(i).role()));
                list.set(ADDRESS, TURN_BYTES * (long) i + 8, arena.allocateFrom(turns.get(i).text()));
            }
            int length = applyTemplate.number(form, list, (long) turns.size(), true, MemorySegment.NULL, 0);
            if (length < 0) {
                return null;
            }
            MemorySegment written = arena.allocate(length + 1L);
            applyTemplate.number(form, list, (long) turns.size(), true, written, length + 1);
            return written.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    /// @param special whether words such as `<|im_end|>` stand for the tokens of that name
    int[] tokens(String text, boolean special) throws CannotDo {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.max(1, utf8.length));
            MemorySegment.copy(utf8, 0, bytes, JAVA_BYTE, 0, utf8.length);
            // a token for each byte, and those that mark beginning and end
            int most = utf8.length + 16;
            MemorySegment tokens = arena.allocate(JAVA_INT, most);
            int count = tokenize.number(vocabulary, bytes, utf8.length, tokens, most, true, special);
            if (count < 0) {
                // a vocabulary without a token for the mark of a space writes three for each; it says how many it needs
                most = Math.negateExact(count);
                tokens = arena.allocate(JAVA_INT, most);
                count = tokenize.number(vocabulary, bytes, utf8.length, tokens, most, true, special);
            }
            if (count < 0) {
                throw new CannotDo(Report.Reason.INTERNAL, "the text can't be made into tokens");
            }
            if (count == 0) {
                throw new CannotDo(Report.Reason.REQUEST, "a text is empty");
            }
            return tokens.asSlice(0, 4L * count).toArray(JAVA_INT);
        }
    }

    /// The bytes that a token stands for; none for one that only steers.
    byte[] piece(int token) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(256);
            int length = piece.number(vocabulary, token, bytes, 256, 0, false);
            if (length < 0) {
                bytes = arena.allocate(-length);
                length = piece.number(vocabulary, token, bytes, -length, 0, false);
            }
            return bytes.asSlice(0, Math.max(0, length)).toArray(JAVA_BYTE);
        }
    }

    /// Whether the token ends an answer.
    boolean isEnd(int token) {
        return end.flag(vocabulary, token);
    }

    @Override
    public void close() {
        free.run(model);
    }
}
