package dev.formulary.engine.config;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file of `conf/models/`: what is known of vendors' models and what they cost, for models whose vendor does not tell.
/// Immutable.
///
/// @param version the day of the file's contents; a file that is older than the one before is refused
/// @param source where the contents were read
/// @param goodUntil the last day on which they should be relied on, or null
/// @param vendors sections, one a vendor
/// @param measured what was measured of models, by `provider/model`
public record ModelCatalogue(LocalDate version, String source, @Nullable LocalDate goodUntil, List<Vendor> vendors,
        Map<String, Measured> measured) {
    private static final Pattern ANY = Pattern.compile("(?s).*\\S.*");
    private static final Pattern KIND = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern HOST = Pattern.compile("[a-z0-9][a-z0-9.-]{0,253}");
    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final String LONG_CACHE_WRITE = "long-cache-write-price";
    private static final int MOST_TOKENS = 100_000_000;
    /// Dearer than any model ever was: a price above is a mistake in the unit.
    private static final long MOST_MICROS = 10_000L * 1_000_000;
    private static final int LONGEST_FILE = 4 << 20;
    private static final int MOST_ANSWERS = 1_000_000;
    private static final int MOST_GRADE = 10;

    /// @param kind the kind of provider that it is for
    /// @param hosts hosts of the provider's address that it is for; a provider without an address is the vendor's own
    /// @param models by the vendor's name; one that ends in `*` is for all names that begin so
    public record Vendor(String kind, List<String> hosts, Map<String, Model> models) {}

    /// Prices are micro-dollars for a million tokens, -1 where nothing is said.
    ///
    /// @param contextTokens how many tokens prompt and answer may have together, 0 where nothing is said
    /// @param priceSteps other prices for longer prompts
    public record Model(int contextTokens, long inputPrice, long outputPrice, long cachedInputPrice,
            long cacheWritePrice, long longCacheWritePrice, long imagePrice, long audioInputPrice,
            long audioOutputPrice,
            List<PriceStep> priceSteps, List<String> capabilities, List<String> labels, String licence) {}

    /// What all tokens of a call cost whose prompt has more tokens than `above`.
    public record PriceStep(int above, long inputPrice, long outputPrice, long cachedInputPrice,
            long cacheWritePrice, long longCacheWritePrice) {}

    /// How safe a model's answers were found to be.
    ///
    /// @param safety from 0 to 10: ten times the share of safe answers
    /// @param low with `high` the interval within which it lies with 95 % confidence
    /// @param answers how many were looked at
    /// @param set name and version of the questions
    /// @param day when
    public record Measured(double safety, double low, double high, int answers, String set, LocalDate day) {}

    /// Reads a file.
    ///
    /// @param name how the file is called in complaints
    /// @throws ConfigurationException with all that is wrong
    public static ModelCatalogue read(Path file, String name) throws ConfigurationException {
        return parse(TextFile.read(file, name, LONGEST_FILE), name);
    }

    /// Reads what stands in a file.
    ///
    /// @param name how the file is called in complaints
    /// @throws ConfigurationException with all that is wrong
    public static ModelCatalogue parse(String text, String name) throws ConfigurationException {
        return Document.read(text, name, ModelCatalogue::catalogue);
    }

    private static ModelCatalogue catalogue(Section s) {
        s.require("version");
        if (!s.has("measured")) {
            s.require("vendors");
        }
        LocalDate version = day(s, "version");
        return new ModelCatalogue(version == null ? LocalDate.EPOCH : version,
                s.text("source", "", ANY, "text that is not empty"), day(s, "good-until"),
                s.list("vendors", ModelCatalogue::vendor), s.sections("measured", ModelCatalogue::measured));
    }

    private static @Nullable LocalDate day(Section s, String key) {
        String text = s.optionalText(key);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            s.complain(key, "must be a day such as 2026-11-30");
            return null;
        }
    }

    private static Measured measured(Section s) {
        s.require("safety", "answers", "set", "day");
        LocalDate day = day(s, "day");
        double safety = s.decimal("safety", 0, MOST_GRADE);
        return new Measured(safety, s.decimal("low", safety, MOST_GRADE), s.decimal("high", safety, MOST_GRADE),
                s.number("answers", 1, 1, MOST_ANSWERS), s.text("set", "", ANY, "name and version of the questions"),
                day == null ? LocalDate.EPOCH : day);
    }

    private static Vendor vendor(Section s) {
        s.require("kind", "models");
        return new Vendor(s.text("kind", "", KIND, "lower-case letters, digits and hyphens"),
                s.texts("hosts", HOST, "a host name in lower case"), s.sections("models", ModelCatalogue::model));
    }

    private static Model model(Section s) {
        List<PriceStep> steps = s.list("price-steps", ModelCatalogue::step);
        var beginnings = new HashSet<Integer>();
        if (!steps.stream().allMatch(step -> beginnings.add(step.above()))) {
            s.complain("price-steps", "two steps begin above the same number of tokens");
        }
        if (!steps.isEmpty()) {
            s.require("input-price", "output-price");
        }
        return new Model(s.number("context-tokens", 0, 0, MOST_TOKENS), price(s, "input-price"),
                price(s, "output-price"), price(s, "cached-input-price"), price(s, "cache-write-price"),
                price(s, LONG_CACHE_WRITE),
                price(s, "image-price"), price(s, "audio-input-price"), price(s, "audio-output-price"), steps,
                s.texts("capabilities", WORD, "a capability such as vision"), s.texts("labels", WORD, "a word"),
                s.text("licence", "", ANY, "text"));
    }

    private static PriceStep step(Section s) {
        s.require("above", "input-price", "output-price");
        return new PriceStep(s.number("above", 1, 1, MOST_TOKENS), price(s, "input-price"), price(s, "output-price"),
                price(s, "cached-input-price"), price(s, "cache-write-price"), price(s, LONG_CACHE_WRITE));
    }

    private static long price(Section s, String key) {
        long micros = s.optionalMoney(key);
        if (micros > MOST_MICROS) {
            s.complain(key, "must be dollars a million tokens, up to " + MOST_MICROS / 1_000_000);
            return -1;
        }
        return micros;
    }

    /// How many models it knows.
    public int size() {
        return vendors.stream().mapToInt(vendor -> vendor.models().size()).sum();
    }
}
