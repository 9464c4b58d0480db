package dev.formulary.engine.provider;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the configuration says about a provider's models, over what the provider says: the list `models` of an entry.
/// A model that the provider does not list is added. Labels are added to the provider's; all else replaces, and who names a
/// price of its own has no longer prompts' prices of others.
final class CardOverrides {
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
    /// The attribute, and the key, by which models say that they give the same vectors.
    private static final String VECTORS = "vectors";
    private static final String CACHE_WRITE = "cache-write-price";
    private static final String LONG_CACHE_WRITE = "long-cache-write-price";
    private static final Set<String> KEYS = Set.of("id", "labels", "capabilities", "context-tokens", "input-price",
            "output-price", "cached-input-price", CACHE_WRITE, LONG_CACHE_WRITE, "image-price",
            "audio-input-price",
            "audio-output-price", "price-steps", "local", "quality", "safety", VECTORS);

    private static final List<String> STEP_NEEDS = List.of("above", "input-price", "output-price");
    private static final Set<String> STEP_KEYS = Set.of("above", "input-price", "output-price", "cached-input-price",
            CACHE_WRITE, LONG_CACHE_WRITE);

    private final Map<String, Map<?, ?>> byId = new LinkedHashMap<>();

    /// @param settings of a provider's entry
    static CardOverrides of(Map<String, Object> settings) throws Refusal {
        var overrides = new CardOverrides();
        Object models = settings.getOrDefault("models", List.of());
        if (!(models instanceof List<?> entries)) {
            throw new Refusal("'models' must be a list of ids or of maps with an 'id'");
        }
        for (Object entry : entries) {
            overrides.add(entry);
        }
        return overrides;
    }

    private void add(@Nullable Object entry) throws Refusal {
        Map<?, ?> map = entry instanceof String id ? Map.of("id", id) : entry instanceof Map<?, ?> m ? m : Map.of();
        if (!(map.get("id") instanceof String id) || id.isBlank()) {
            throw new Refusal("each entry of 'models' must be an id or a map with an 'id'");
        }
        for (Object key : map.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                throw wrong(id, "there is no '" + key + "'; there are " + String.join(", ", new TreeSet<>(KEYS)));
            }
        }
        apply(ModelCard.of(id), map);
        if (byId.put(id, map) != null) {
            throw wrong(id, "the model stands twice in 'models'");
        }
    }

    /// The provider's cards with what the configuration says.
    List<ModelCard> apply(List<ModelCard> listed) {
        var left = new LinkedHashMap<>(byId);
        var cards = new ArrayList<ModelCard>(listed.size());
        for (ModelCard card : listed) {
            Map<?, ?> override = left.remove(card.id());
            cards.add(override == null ? card : applyChecked(card, override));
        }
        left.forEach((id, override) -> cards.add(applyChecked(ModelCard.of(id), override)));
        return List.copyOf(cards);
    }

    private static ModelCard applyChecked(ModelCard card, Map<?, ?> override) {
        try {
            return apply(card, override);
        } catch (Refusal e) {
            throw new IllegalStateException("overrides have been checked when they were read", e);
        }
    }

    private static ModelCard apply(ModelCard card, Map<?, ?> override) throws Refusal {
        String id = card.id();
        Set<String> labels = new HashSet<>(card.labels());
        for (Object label : list(id, override, "labels")) {
            labels.add(String.valueOf(label));
        }
        return new ModelCard(id, capabilities(card, override),
                (int) number(id, override, "context-tokens", card.contextTokens(), Integer.MAX_VALUE),
                price(id, override, "input-price", card.inputPrice()),
                price(id, override, "output-price", card.outputPrice()), local(card, override), labels,
                number(id, override, "quality", card.quality(), 10), number(id, override, "safety", card.safety(), 10),
                attributes(card, override), classPrices(id, override, card.classPrices()));
    }

    private static Map<String, String> attributes(ModelCard card, Map<?, ?> override) throws Refusal {
        Object vectors = override.get(VECTORS);
        if (vectors == null) {
            return card.attributes();
        }
        if (!(vectors instanceof String name) || name.isBlank()) {
            throw wrong(card.id(), "'" + VECTORS + "' must be a name, the same for models that give the same vectors");
        }
        var attributes = new LinkedHashMap<>(card.attributes());
        attributes.put(VECTORS, name);
        return attributes;
    }

    /// Where other prices are named than the vendor's, those of its classes are other ones, too.
    private static ClassPrices classPrices(String id, Map<?, ?> override, ClassPrices listed) throws Refusal {
        ClassPrices known = namesPrices(override) ? ClassPrices.NONE : listed;
        return new ClassPrices(price(id, override, "cached-input-price", known.cachedInput()),
                price(id, override, CACHE_WRITE, known.cacheWrite()),
                price(id, override, LONG_CACHE_WRITE,
                        override.containsKey(CACHE_WRITE) ? ClassPrices.UNKNOWN : known.longCacheWrite()),
                price(id, override, "image-price", known.image()),
                price(id, override, "audio-input-price", known.audioInput()),
                price(id, override, "audio-output-price", known.audioOutput()), listed.source(), listed.asOf(),
                priceSteps(id, override, known.steps()));
    }

    private static boolean namesPrices(Map<?, ?> override) {
        return override.containsKey("input-price") || override.containsKey("output-price");
    }

    private static List<PriceStep> priceSteps(String id, Map<?, ?> override, List<PriceStep> known) throws Refusal {
        if (!override.containsKey("price-steps")) {
            return known;
        }
        var steps = new ArrayList<PriceStep>();
        for (Object step : list(id, override, "price-steps")) {
            steps.add(priceStep(id, step));
        }
        if (steps.stream().map(PriceStep::above).distinct().count() < steps.size()) {
            throw wrong(id, "two of its 'price-steps' begin above the same number of tokens");
        }
        return steps;
    }

    private static PriceStep priceStep(String id, Object entry) throws Refusal {
        Map<?, ?> step = entry instanceof Map<?, ?> map ? map : Map.of();
        if (!STEP_KEYS.containsAll(step.keySet()) || !step.keySet().containsAll(STEP_NEEDS)) {
            throw wrong(id, "each of its 'price-steps' needs " + String.join(", ", STEP_NEEDS)
                    + ", and may have cached-input-price, cache-write-price and long-cache-write-price, not '" + entry
                    + "'");
        }
        return new PriceStep((int) number(id, step, "above", 0, Integer.MAX_VALUE),
                price(id, step, "input-price", 0), price(id, step, "output-price", 0),
                price(id, step, "cached-input-price", ClassPrices.UNKNOWN),
                price(id, step, CACHE_WRITE, ClassPrices.UNKNOWN),
                price(id, step, LONG_CACHE_WRITE, ClassPrices.UNKNOWN));
    }

    private static Set<Capability> capabilities(ModelCard card, Map<?, ?> override) throws Refusal {
        if (!override.containsKey("capabilities")) {
            return card.capabilities();
        }
        var capabilities = EnumSet.noneOf(Capability.class);
        for (Object name : list(card.id(), override, "capabilities")) {
            capabilities.add(capability(card.id(), String.valueOf(name)));
        }
        return capabilities;
    }

    private static Capability capability(String id, String name) throws Refusal {
        for (Capability capability : Capability.values()) {
            if (capability.name().equalsIgnoreCase(name)) {
                return capability;
            }
        }
        throw wrong(id, "there is no capability '" + name + "'; there are "
                + Arrays.toString(Capability.values()).toLowerCase(Locale.ROOT));
    }

    private static boolean local(ModelCard card, Map<?, ?> override) throws Refusal {
        Object value = override.get("local");
        if (value == null) {
            return card.local();
        }
        return switch (value.toString()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(card.id(), "'local' must be true or false, not '" + value + "'");
        };
    }

    private static Collection<?> list(String id, Map<?, ?> override, String key) throws Refusal {
        Object value = override.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Collection<?> values) {
            return values;
        }
        throw wrong(id, "'" + key + "' must be a list, not '" + value + "'");
    }

    private static long price(String id, Map<?, ?> override, String key, long otherwise) throws Refusal {
        BigDecimal dollars = decimal(id, override, key, 1_000_000);
        return dollars == null ? otherwise : dollars.multiply(MICROS).longValue();
    }

    private static double number(String id, Map<?, ?> override, String key, double otherwise, int most)
            throws Refusal {
        BigDecimal number = decimal(id, override, key, most);
        return number == null ? otherwise : number.doubleValue();
    }

    private static @Nullable BigDecimal decimal(String id, Map<?, ?> override, String key, int most) throws Refusal {
        Object value = override.get(key);
        if (value == null) {
            return null;
        }
        try {
            var number = new BigDecimal(value.toString());
            if (number.signum() >= 0 && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same complaint as for a number out of range.
        }
        throw wrong(id, "'" + key + "' must be a number from 0 to " + most + ", not '" + value + "'");
    }

    private static Refusal wrong(String id, String message) {
        return new Refusal("in 'models', '" + id + "': " + message);
    }
}
