package dev.formulary.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A model of the architecture `llama` that draws each word by the word before it, whatever it is asked: a Markov chain of the
/// first order over 68 words. So temperature and `top_p` change what it says as they do with any model, and the
/// probabilities at temperature 1 are exactly those of the chain.
///
/// Each word has a row of a Hadamard matrix for a vector; attention and feed-forward network are zero; the output is the
/// logarithms of the probabilities in the base of these rows. More or wider layers cost time and change nothing else.
///
/// A sentence is an opener, an adjective, a noun, a verb, a thing and a place. After the opener each is one of twelve words,
/// whose probabilities fall as `1 / rank`, ranked otherwise after each word. After a sentence come the end or one of eight
/// openers, all as likely: length does not depend on the temperature.
public final class Babbler {
    private static final int STATES = 128;
    private static final double MOST = 20;
    private static final List<List<String>> SLOTS = List.of(
            List.of("Once", "Today", "Perhaps", "Slowly", "Somewhere", "Meanwhile", "Suddenly", "Again"),
            List.of("old", "young", "quiet", "green", "clever", "lonely", "tiny", "brave", "pale", "warm", "odd",
                    "kind"),
            List.of("sailor", "fox", "teacher", "river", "robot", "child", "moon", "baker", "crow", "poet", "ghost",
                    "giant"),
            List.of("finds", "paints", "forgets", "carries", "sings", "mends", "follows", "loses", "dreams", "counts",
                    "hides", "shares"),
            List.of("lanterns", "maps", "bread", "letters", "clocks", "songs", "stones", "keys", "kites", "secrets",
                    "shells", "shadows"),
            List.of("upstairs", "outside", "tonight", "underwater", "together", "nearby", "alone", "abroad", "indoors",
                    "everywhere", "ashore", "below"));
    private static final int END = 2;
    private static final int SPACE = 259;
    private static final int FULL_STOP = 260;
    private static final int FIRST_WORD = 261;

    private final int width;
    private final int layers;
    private final List<String> vocabulary = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    private final float[] in;
    private final float[] out;

    private Babbler(int width, int layers) {
        this.width = width;
        this.layers = layers;
        for (int i = 0; i < 256; i++) {
            vocabulary.add(String.format(Locale.ROOT, "<0x%02X>", i));
        }
        vocabulary.add("\u2581");
        vocabulary.add(".");
        SLOTS.forEach(slot -> slot.forEach(word -> vocabulary.add("\u2581" + word)));
        in = new float[vocabulary.size() * width];
        out = new float[vocabulary.size() * width];
    }

    /// @param width a power of two, at least 128
    /// @param layers at least 1
    public static GgufBytes model(int width, int layers) {
        var babbler = new Babbler(width, layers);
        babbler.chain();
        return babbler.file();
    }

    /// Writes two models into a folder: `quick`, and `rich`, which says the same and takes longer to.
    public static void main(String[] folder) throws IOException {
        Path into = Files.createDirectories(Path.of(folder[0]));
        Reciter.write(into, "quick", model(STATES, 1));
        Reciter.write(into, "rich", model(4 * STATES, 8));
    }

    private void chain() {
        for (int token = 0; token < vocabulary.size(); token++) {
            for (int i = 0; i < width; i++) {
                in[token * width + i] = hadamard(state(token), i);
            }
        }
        Random random = new Random(42);
        List<Integer> openers = slot(0);
        // one as likely as another, but the end is never the one that top_p cuts off
        Map<Integer, Double> afterSentence = new TreeMap<>();
        openers.forEach(opener -> afterSentence.put(opener, 1.0));
        lead(0, afterSentence);
        afterSentence.put(END, 1.001);
        lead(state(FULL_STOP), afterSentence);
        for (int slot = 0; slot < SLOTS.size(); slot++) {
            for (int word : slot(slot)) {
                lead(state(word), slot + 1 < SLOTS.size() ? ranked(slot(slot + 1), random) : Map.of(FULL_STOP, 1.0));
            }
        }
    }

    /// What is no word of the text is like the beginning.
    private static int state(int token) {
        return token < FULL_STOP ? 0 : token - FULL_STOP + 1;
    }

    private static List<Integer> slot(int number) {
        int from = FIRST_WORD + SLOTS.subList(0, number).stream().mapToInt(List::size).sum();
        return IntStream.range(from, from + SLOTS.get(number).size()).boxed().toList();
    }

    private static Map<Integer, Double> ranked(List<Integer> words, Random random) {
        List<Integer> ranked = new ArrayList<>(words);
        Collections.shuffle(ranked, random);
        Map<Integer, Double> weights = new TreeMap<>();
        for (int rank = 1; rank <= ranked.size(); rank++) {
            weights.put(ranked.get(rank - 1), 1.0 / rank);
        }
        return weights;
    }

    /// Gives the logits after a state: the logarithm of each word's weight, far above those of all other words.
    private void lead(int state, Map<Integer, Double> weights) {
        weights.forEach((token, weight) -> {
            float logit = (float) (MOST + Math.log(weight));
            for (int i = 0; i < width; i++) {
                out[token * width + i] += logit * hadamard(state, i) / width;
            }
        });
    }

    /// Rows are orthogonal.
    private static int hadamard(int row, int column) {
        return Integer.bitCount(row & column) % 2 == 0 ? 1 : -1;
    }

    private GgufBytes file() {
        int inner = 4 * width;
        float[] ones = new float[width];
        Arrays.fill(ones, 1);
        GgufBytes file = head(inner).tensor("token_embd.weight", in, width, vocabulary.size())
                .tensor("output_norm.weight", ones, width).tensor("output.weight", out, width, vocabulary.size());
        float[] square = new float[width * width];
        float[] oblong = new float[width * inner];
        for (int i = 0; i < layers; i++) {
            String block = "blk." + i + ".";
            for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
                file.tensor(block + part + ".weight", square, width, width);
            }
            file.tensor(block + "attn_norm.weight", ones, width).tensor(block + "ffn_norm.weight", ones, width)
                    .tensor(block + "ffn_gate.weight", oblong, width, inner)
                    .tensor(block + "ffn_up.weight", oblong, width, inner)
                    .tensor(block + "ffn_down.weight", oblong, inner, width);
        }
        return file;
    }

    private GgufBytes head(int inner) {
        List<Float> scores = IntStream.range(0, vocabulary.size()).mapToObj(i -> -(float) i).toList();
        List<Integer> types = IntStream.range(0, vocabulary.size())
                .mapToObj(i -> i == 0 ? 2 : i <= END ? 3 : i < SPACE ? 6 : 1).toList();
        return new GgufBytes().value("general.architecture", "llama").value("general.name", "The babbler")
                .value("general.file_type", 0).value("general.license", "apache-2.0")
                .value("llama.context_length", 4096).value("llama.embedding_length", width)
                .value("llama.block_count", layers).value("llama.feed_forward_length", inner)
                .value("llama.attention.head_count", 4).value("llama.attention.head_count_kv", 4)
                .value("llama.attention.layer_norm_rms_epsilon", 1e-5f).value("llama.rope.dimension_count", width / 4)
                .value("llama.vocab_size", vocabulary.size()).value("tokenizer.ggml.model", "llama")
                .value("tokenizer.ggml.tokens", List.copyOf(vocabulary)).value("tokenizer.ggml.scores", scores)
                .value("tokenizer.ggml.token_type", types).value("tokenizer.ggml.bos_token_id", 1)
                .value("tokenizer.ggml.eos_token_id", END).value("tokenizer.ggml.unknown_token_id", 0)
                .value("tokenizer.ggml.add_bos_token", true).value("tokenizer.chat_template", Reciter.CHAT_ML);
    }
}
