package dev.formulary.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/// A model of the architecture `llama`, a tenth of a megabyte, that recites a text whatever it is asked: its attention and its
/// feed-forward network are zero, each token of the text has a vector of its own, and the output of each leads to the next.
/// All other tokens lead to the first.
public final class Reciter {
    /// What [#sentence] says.
    public static final String SENTENCE = " the gateway answers every request with a policy and caf\u00e9 \u20ac.";
    /// What is in it: the pieces, the bytes of two characters that no token holds whole, and the end.
    public static final List<String> TOKENS = List.of("\u2581the", "\u2581gateway", "\u2581answers", "\u2581every",
            "\u2581request", "\u2581with", "\u2581a", "\u2581policy", "\u2581and", "\u2581caf", "<0xC3>", "<0xA9>",
            "\u2581",
            "<0xE2>", "<0x82>", "<0xAC>", ".", "</s>");
    public static final String CHAT_ML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n"
            + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
    private static final int WIDTH = 64;
    private static final int INNER = 64;

    private Reciter() {}

    /// A model that says [#SENTENCE] and ends.
    public static GgufBytes sentence() {
        return model(TOKENS);
    }

    /// A model that says the same over and over.
    public static GgufBytes endless() {
        List<String> tokens = new ArrayList<>(TOKENS.subList(0, 10));
        tokens.add(tokens.getFirst());
        return model(tokens).value("llama.context_length", 1 << 20);
    }

    private static GgufBytes model(List<String> text) {
        List<String> words = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
        for (int i = 0; i < 256; i++) {
            words.add(String.format(Locale.ROOT, "<0x%02X>", i));
            types.add(6);
        }
        for (String token : text) {
            if (!words.contains(token)) {
                words.add(token);
                types.add(1);
            }
        }
        var file = new GgufBytes();
        head(file, words, types);
        weights(file, words, text);
        return file;
    }

    private static void head(GgufBytes file, List<String> words, List<Integer> types) {
        List<Float> scores = new ArrayList<>();
        words.forEach(_ -> scores.add(-(float) scores.size()));
        file.value("general.architecture", "llama").value("general.name", "The reciter").value("general.file_type", 0)
                .value("general.license", "apache-2.0").value("llama.context_length", 2048)
                .value("llama.embedding_length", WIDTH).value("llama.block_count", 1)
                .value("llama.feed_forward_length", INNER).value("llama.attention.head_count", 2)
                .value("llama.attention.head_count_kv", 2).value("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .value("llama.rope.dimension_count", WIDTH / 2).value("llama.vocab_size", words.size())
                .value("tokenizer.ggml.model", "llama").value("tokenizer.ggml.tokens", words)
                .value("tokenizer.ggml.scores", scores).value("tokenizer.ggml.token_type", types)
                .value("tokenizer.ggml.bos_token_id", 1).value("tokenizer.ggml.eos_token_id", 2)
                .value("tokenizer.ggml.unknown_token_id", 0).value("tokenizer.ggml.add_bos_token", true)
                .value("tokenizer.chat_template", CHAT_ML);
    }

    private static void weights(GgufBytes file, List<String> words, List<String> text) {
        float[] ones = new float[WIDTH];
        Arrays.fill(ones, 1);
        float[] in = new float[words.size() * WIDTH];
        float[] out = new float[words.size() * WIDTH];
        Random random = new Random(42);
        float[] other = vector(random);
        Set<String> own = Set.copyOf(text.subList(0, text.size() - 1));
        for (int i = 0; i < words.size(); i++) {
            float[] vector = own.contains(words.get(i)) ? vector(random) : other;
            System.arraycopy(vector, 0, in, i * WIDTH, WIDTH);
        }
        lead(in, out, 0, words.indexOf(text.getFirst()));
        for (int i = 0; i + 1 < text.size(); i++) {
            lead(in, out, words.indexOf(text.get(i)), words.indexOf(text.get(i + 1)));
        }
        file.tensor("token_embd.weight", in, WIDTH, words.size()).tensor("output_norm.weight", ones, WIDTH)
                .tensor("output.weight", out, WIDTH, words.size()).tensor("blk.0.attn_norm.weight", ones, WIDTH);
        for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
            file.tensor("blk.0." + part + ".weight", new float[WIDTH * WIDTH], WIDTH, WIDTH);
        }
        file.tensor("blk.0.ffn_norm.weight", ones, WIDTH)
                .tensor("blk.0.ffn_gate.weight", new float[WIDTH * INNER], WIDTH, INNER)
                .tensor("blk.0.ffn_up.weight", new float[WIDTH * INNER], WIDTH, INNER)
                .tensor("blk.0.ffn_down.weight", new float[WIDTH * INNER], INNER, WIDTH);
    }

    private static float[] vector(Random random) {
        float[] vector = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            vector[i] = random.nextBoolean() ? 1 : -1;
        }
        return vector;
    }

    private static void lead(float[] in, float[] out, int from, int to) {
        for (int i = 0; i < WIDTH; i++) {
            out[to * WIDTH + i] += 0.25f * in[from * WIDTH + i];
        }
    }

    public static Path write(Path folder, String id, GgufBytes model) {
        try {
            return Files.write(folder.resolve(id + ".gguf"), model.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
