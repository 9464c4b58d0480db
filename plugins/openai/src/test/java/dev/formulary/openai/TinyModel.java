package dev.formulary.openai;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Writes a language model that recites one sentence, for tests of servers that need a file to serve. It has the layers of
/// a real one, all of them empty: the last word alone decides the next. Format: GGUF 3.
final class TinyModel {
    static final List<String> SENTENCE = List.of(" the", " gateway", " answers", " every", " request", " with", " a",
            " policy", " and", " cache", ".");
    static final int CONTEXT_TOKENS = 2048;
    private static final int WIDTH = 256;
    private static final int INNER = 512;
    private static final int LAYERS = 2;
    private static final int WORDS = 320;
    private static final int FIRST_WORD = 259;
    private static final int END = 2;
    private static final String TEMPLATE = "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}</s>{% endfor %}"
            + "{% if add_generation_prompt %}<|assistant|>{% endif %}";

    private final ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, int[]> shapes = new LinkedHashMap<>();

    static void write(Path file) throws IOException {
        new TinyModel().writeTo(file);
    }

    private void writeTo(Path file) throws IOException {
        fill();
        out.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(tensors.size()).putLong(17);
        describe();
        long offset = 0;
        for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
            int[] shape = shapes.getOrDefault(tensor.getKey(), new int[0]);
            text(tensor.getKey());
            out.putInt(shape.length);
            for (int length : shape) {
                out.putLong(length);
            }
            out.putInt(0).putLong(offset);
            offset += 4L * tensor.getValue().length;
        }
        out.position((out.position() + 31) / 32 * 32).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(out);
            for (float[] values : tensors.values()) {
                var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                channel.write(bytes);
            }
        }
    }

    private void describe() {
        text("general.architecture", "llama");
        text("general.name", "tiny");
        number("llama.context_length", CONTEXT_TOKENS);
        number("llama.embedding_length", WIDTH);
        number("llama.block_count", LAYERS);
        number("llama.feed_forward_length", INNER);
        number("llama.attention.head_count", 4);
        number("llama.vocab_size", WORDS);
        text("llama.attention.layer_norm_rms_epsilon");
        out.putInt(6).putFloat(1e-5f);
        text("tokenizer.ggml.model", "llama");
        text("tokenizer.chat_template", TEMPLATE);
        number("tokenizer.ggml.bos_token_id", 1);
        number("tokenizer.ggml.eos_token_id", END);
        number("tokenizer.ggml.unknown_token_id", 0);
        vocabulary();
    }

    private void vocabulary() {
        var words = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        var kinds = new ArrayList<>(List.of(2, 3, 3));
        for (int i = 0; i < 256; i++) {
            words.add(String.format("<0x%02X>", i));
            kinds.add(6);
        }
        for (String word : SENTENCE) {
            words.add(word.replace(' ', '\u2581'));
            kinds.add(1);
        }
        while (words.size() < WORDS) {
            words.add("<spare" + words.size() + ">");
            kinds.add(5);
        }
        list("tokenizer.ggml.tokens", 8);
        words.forEach(this::text);
        list("tokenizer.ggml.scores", 6);
        for (int i = 0; i < WORDS; i++) {
            out.putFloat(i < FIRST_WORD ? 0 : -i);
        }
        list("tokenizer.ggml.token_type", 5);
        kinds.forEach(out::putInt);
    }

    /// Each word of the sentence has a face of its own, all others share one; each face points at the next word.
    private void fill() {
        var random = new Random(42);
        float[][] faces = new float[WORDS][];
        for (int i = 0; i < WORDS; i++) {
            faces[i] = i == 0 || isOfTheSentence(i) ? face(random) : faces[0];
        }
        float[] embedding = tensor("token_embd.weight", WIDTH, WORDS);
        float[] output = tensor("output.weight", WIDTH, WORDS);
        for (int i = 0; i < WORDS; i++) {
            System.arraycopy(faces[i], 0, embedding, i * WIDTH, WIDTH);
            if (i == 0 || isOfTheSentence(i)) {
                boolean last = i == FIRST_WORD + SENTENCE.size() - 1;
                int next = i == 0 ? FIRST_WORD : last ? END : i + 1;
                for (int j = 0; j < WIDTH; j++) {
                    output[next * WIDTH + j] += 0.25f * faces[i][j];
                }
            }
        }
        Arrays.fill(tensor("output_norm.weight", WIDTH), 1);
        for (int layer = 0; layer < LAYERS; layer++) {
            layer("blk." + layer + ".");
        }
    }

    private static boolean isOfTheSentence(int word) {
        return word >= FIRST_WORD && word < FIRST_WORD + SENTENCE.size();
    }

    private void layer(String prefix) {
        Arrays.fill(tensor(prefix + "attn_norm.weight", WIDTH), 1);
        for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
            tensor(prefix + part + ".weight", WIDTH, WIDTH);
        }
        Arrays.fill(tensor(prefix + "ffn_norm.weight", WIDTH), 1);
        tensor(prefix + "ffn_gate.weight", WIDTH, INNER);
        tensor(prefix + "ffn_up.weight", WIDTH, INNER);
        tensor(prefix + "ffn_down.weight", INNER, WIDTH);
    }

    private static float[] face(Random random) {
        float[] face = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            face[i] = random.nextBoolean() ? 1 : -1;
        }
        return face;
    }

    private float[] tensor(String name, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        tensors.put(name, values);
        shapes.put(name, shape);
        return values;
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putLong(bytes.length).put(bytes);
    }

    private void text(String key, String value) {
        text(key);
        out.putInt(8);
        text(value);
    }

    private void number(String key, int value) {
        text(key);
        out.putInt(4).putInt(value);
    }

    private void list(String key, int type) {
        text(key);
        out.putInt(9).putInt(type).putLong(WORDS);
    }
}
