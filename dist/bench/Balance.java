import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the knob between speed and creativity does: asks a running gateway the same at each setting, and prints which model
/// answered, how fast, and how different the answers to one question are.
///
/// usage: java Balance.java PORT [ANSWERS [MODEL...]]
///
/// ANSWERS, a multiple of 5, are asked for at each setting (60), each question five times. The settings take turns, so that
/// noise meets all of them. The models are asked by name before, for the gateway to know how fast they are.
///
/// Diversity is that of five answers to one question, of which the first 20 words count, since longer texts repeat more
/// words: distinct-n is the number of different n-grams divided by the number of all (Li et al. 2016, "A Diversity-Promoting
/// Objective Function for Neural Conversation Models"); the Jaccard distance of two answers is the share of their words that
/// only one of them has, the mean over all pairs is told. Intervals are of 95 %, by 2,000 bootstrap samples of the questions
/// (of the answers for the time): a sample never holds an answer twice in one question, which would look like repetition.
public class Balance {
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final double[] SETTINGS = {0, 0.25, 0.5, 0.75, 1};
    static final int GROUP = 5;
    static final int WORDS = 20;
    static final int WARM_UP = 40;
    static final int SAMPLES = 2_000;
    static final List<String> THEMES = List.of("the sea", "a lost key", "an old clock", "winter", "a long journey",
            "the neighbour's garden", "a letter", "music", "the first day", "a secret", "breakfast", "the moon");
    static final Pattern CONTENT = Pattern.compile("\"content\":\"((?:[^\"\\\\]|\\\\.)*)\"");
    static String base;

    record Answer(String model, double firstMillis, double millis, List<String> words) {
        List<String> counted() {
            return words.subList(0, Math.min(WORDS, words.size()));
        }
    }

    /// An estimate with the ends of its interval.
    record Estimate(double value, double low, double high) {
        String shown(String format) {
            return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", value, low, high);
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("usage: java Balance.java PORT [ANSWERS [MODEL...]]");
            System.exit(2);
        }
        base = "http://127.0.0.1:" + args[0];
        int answers = args.length > 1 ? Integer.parseInt(args[1]) : THEMES.size() * GROUP;
        if (answers < 2 * GROUP || answers > 1_000 || answers % GROUP != 0) {
            throw new IllegalArgumentException("ANSWERS must be a multiple of " + GROUP + " from 10 to 1000");
        }
        for (int model = 2; model < args.length; model++) {
            for (int i = 0; i < WARM_UP; i++) {
                ask(args[model], 0.5, THEMES.get(i % THEMES.size()));
            }
        }
        List<List<Answer>> all = new ArrayList<>();
        for (double _ : SETTINGS) {
            all.add(new ArrayList<>());
        }
        for (int i = 0; i < answers; i++) {
            for (int setting = 0; setting < SETTINGS.length; setting++) {
                all.get(setting).add(ask("auto", SETTINGS[setting], THEMES.get(i / GROUP % THEMES.size())));
            }
        }
        print(all);
    }

    static void print(List<List<Answer>> all) throws Exception {
        System.out.println("| balance | answered by | temperature | top_p | max tokens | first token, ms | whole answer, ms"
                + " | words | distinct-1 | distinct-2 | Jaccard distance |\n|---|---|---|---|---|---|---|---|---|---|---|");
        for (int setting = 0; setting < SETTINGS.length; setting++) {
            List<Answer> answers = all.get(setting);
            String decision = decide(SETTINGS[setting]);
            var models = new TreeMap<String, Integer>();
            answers.forEach(answer -> models.merge(answer.model(), 1, Integer::sum));
            System.out.printf(Locale.ROOT, "| %s | %s | %s | %s | %s | %.0f | %s | %.0f | %s | %s | %s |%n",
                    SETTINGS[setting], models.toString().replaceAll("[{}]", "").replace("=", ": "),
                    parameter(decision, "temperature"), parameter(decision, "top_p"),
                    parameter(decision, "max_tokens"), median(answers, Answer::firstMillis),
                    bootstrap(answers, sample -> median(sample, Answer::millis)).shown("%.0f"),
                    answers.stream().mapToInt(answer -> answer.words().size()).average().orElse(0),
                    diversity(answers, group -> distinct(group, 1)), diversity(answers, group -> distinct(group, 2)),
                    diversity(answers, Balance::jaccardDistance));
        }
    }

    static Answer ask(String model, double balance, String theme) throws IOException, InterruptedException {
        long began = System.nanoTime();
        HttpResponse<java.io.InputStream> response = post("/v1/chat/completions", model, balance, theme, true);
        double first = -1;
        StringBuilder text = new StringBuilder();
        String last = "";
        boolean done = false;
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                done |= line.equals("data: [DONE]");
                last = line.isEmpty() ? last : line;
                Matcher content = CONTENT.matcher(line);
                if (content.find() && !content.group(1).isEmpty()) {
                    first = first < 0 ? millisSince(began) : first;
                    text.append(content.group(1).replaceAll("\\\\u....|\\\\.", " "));
                }
            }
        }
        if (response.statusCode() != 200 || !done || first < 0) {
            throw new IOException("no whole answer of " + model + " at " + balance + ": " + response.statusCode() + " "
                    + last);
        }
        List<String> words = Arrays.stream(text.toString().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}']+"))
                .filter(word -> !word.isEmpty()).toList();
        return new Answer(response.headers().firstValue("X-Formulary-Model").orElse("?"), first, millisSince(began),
                words);
    }

    static String decide(double balance) throws IOException, InterruptedException {
        try (var body = post("/v1/decide", "auto", balance, THEMES.getFirst(), true).body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static HttpResponse<java.io.InputStream> post(String path, String model, double balance, String theme,
            boolean stream) throws IOException, InterruptedException {
        String body = "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a story about " + theme + ".\"}]}";
        return HTTP.send(HttpRequest.newBuilder(URI.create(base + path)).header("Content-Type", "application/json")
                .header("X-Formulary-Context", "balance=" + balance).timeout(Duration.ofMinutes(2))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    static double millisSince(long began) {
        return (System.nanoTime() - began) / 1e6;
    }

    /// What is sent for a parameter that the caller leaves open.
    static String parameter(String decision, String name) {
        Matcher preset = Pattern.compile("\"" + name + "\":\\{\"preset\":([0-9.]+?)(\\.0)?[,}]").matcher(decision);
        return preset.find() ? preset.group(1) : "not sent";
    }

    static double median(List<Answer> answers, ToDoubleFunction<Answer> what) {
        double[] sorted = answers.stream().mapToDouble(what).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    static String diversity(List<Answer> answers, ToDoubleFunction<List<Answer>> measure) {
        List<Double> questions = new ArrayList<>();
        for (int from = 0; from < answers.size(); from += GROUP) {
            questions.add(measure.applyAsDouble(answers.subList(from, from + GROUP)));
        }
        return bootstrap(questions, sample -> sample.stream().mapToDouble(each -> each).average().orElse(0))
                .shown("%.2f");
    }

    static double distinct(List<Answer> answers, int n) {
        Set<List<String>> different = new HashSet<>();
        int all = 0;
        for (Answer answer : answers) {
            for (int i = 0; i + n <= answer.counted().size(); i++) {
                different.add(answer.counted().subList(i, i + n));
                all++;
            }
        }
        return (double) different.size() / Math.max(1, all);
    }

    static double jaccardDistance(List<Answer> answers) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < answers.size(); i++) {
            for (int j = 0; j < i; j++) {
                Set<String> both = new HashSet<>(answers.get(i).counted());
                Set<String> other = new HashSet<>(answers.get(j).counted());
                Set<String> either = new HashSet<>(both);
                either.addAll(other);
                both.retainAll(other);
                sum += 1 - (double) both.size() / Math.max(1, either.size());
                pairs++;
            }
        }
        return sum / pairs;
    }

    static <T> Estimate bootstrap(List<T> observed, ToDoubleFunction<List<T>> statistic) {
        Random random = new Random(1);
        double[] values = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            values[i] = statistic.applyAsDouble(
                    random.ints(observed.size(), 0, observed.size()).mapToObj(observed::get).toList());
        }
        Arrays.sort(values);
        return new Estimate(statistic.applyAsDouble(observed), values[SAMPLES / 40], values[SAMPLES - 1 - SAMPLES / 40]);
    }
}
