package dev.formulary.engine.provider;

import dev.formulary.engine.config.ModelCatalogue;
import dev.formulary.engine.config.ModelCatalogue.Measured;
import dev.formulary.engine.config.ModelCatalogue.Model;
import dev.formulary.engine.config.ModelCatalogue.Vendor;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Completes the cards of models by what catalogues know of them. It only adds what a card leaves open: what the vendor tells
/// comes first, but for safety, where what was measured does. A model at home costs what it says itself. Immutable.
public final class CardCatalogue {
    /// Knows nothing.
    public static final CardCatalogue EMPTY = new CardCatalogue(List.of());

    private final List<ModelCatalogue> catalogues;

    /// @param catalogues the most important last
    public CardCatalogue(List<ModelCatalogue> catalogues) {
        this.catalogues = List.copyOf(catalogues);
    }

    /// @param kind the provider's kind
    /// @param settings the provider's settings, of which `base-url` tells whose server it is
    List<ModelCard> complete(String kind, Map<String, Object> settings, List<ModelCard> cards) {
        String host = host(settings.get("base-url"));
        List<ModelCard> completed = new ArrayList<>(cards);
        for (ModelCatalogue catalogue : catalogues.reversed()) {
            for (Vendor vendor : catalogue.vendors()) {
                if (vendor.kind().equals(kind) && (host == null || vendor.hosts().contains(host))) {
                    completed.replaceAll(card -> completed(card, catalogue, vendor));
                }
            }
        }
        return completed;
    }

    /// Says of models how safe they were measured to be, in the place of what anybody says of himself.
    ///
    /// @param provider the id of the provider whose models they are
    public List<ModelCard> measured(String provider, List<ModelCard> cards) {
        return cards.stream().map(card -> measured(provider + "/" + card.id(), card)).toList();
    }

    private ModelCard measured(String name, ModelCard card) {
        for (ModelCatalogue catalogue : catalogues.reversed()) {
            Measured found = catalogue.measured().get(name);
            if (found != null) {
                Map<String, String> attributes = new HashMap<>(card.attributes());
                attributes.put("safety-source", "measured on " + found.day() + " with " + found.set() + ": "
                        + found.answers() + " answers, 95 % interval " + found.low() + " to " + found.high());
                return new ModelCard(card.id(), card.capabilities(), card.contextTokens(), card.inputPrice(),
                        card.outputPrice(), card.local(), card.labels(), card.quality(), found.safety(), attributes,
                        card.classPrices());
            }
        }
        return card;
    }

    private static @Nullable String host(@Nullable Object address) {
        if (address == null) {
            return null;
        }
        try {
            String host = URI.create(address.toString()).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static ModelCard completed(ModelCard card, ModelCatalogue catalogue, Vendor vendor) {
        Model model = find(vendor, card.id());
        return model == null ? card : completed(card, catalogue, model);
    }

    /// The entry of that name, else the one with the longest beginning of it.
    private static @Nullable Model find(Vendor vendor, String id) {
        Model exact = vendor.models().get(id);
        if (exact != null) {
            return exact;
        }
        String longest = "";
        for (String name : vendor.models().keySet()) {
            if (name.endsWith("*") && name.length() > longest.length()
                    && id.startsWith(name.substring(0, name.length() - 1))) {
                longest = name;
            }
        }
        return vendor.models().get(longest);
    }

    private static ModelCard completed(ModelCard card, ModelCatalogue catalogue, Model model) {
        Set<String> labels = new HashSet<>(card.labels());
        labels.addAll(model.labels());
        Map<String, String> attributes = new HashMap<>(card.attributes());
        if (!model.licence().isEmpty()) {
            attributes.putIfAbsent("licence", model.licence());
        }
        boolean priced = !card.local() && card.inputPrice() < 0 && card.outputPrice() < 0;
        return new ModelCard(card.id(), capabilities(card, model),
                card.contextTokens() == 0 ? model.contextTokens() : card.contextTokens(),
                priced ? model.inputPrice() : card.inputPrice(), priced ? model.outputPrice() : card.outputPrice(),
                card.local(), labels, card.quality(), card.safety(), attributes,
                priced ? classPrices(catalogue, model) : card.classPrices());
    }

    private static ClassPrices classPrices(ModelCatalogue catalogue, Model model) {
        return new ClassPrices(model.cachedInputPrice(), model.cacheWritePrice(),
                model.longCacheWritePrice(), model.imagePrice(),
                model.audioInputPrice(), model.audioOutputPrice(), catalogue.source(), catalogue.version().toString(),
                model.priceSteps().stream().map(CardCatalogue::step).toList());
    }

    /// What could not be read has been complained of, and the catalogue is not used.
    private static PriceStep step(ModelCatalogue.PriceStep step) {
        return new PriceStep(step.above(), step.inputPrice(), step.outputPrice(), step.cachedInputPrice(),
                step.cacheWritePrice(), step.longCacheWritePrice());
    }

    /// A card that knows only that its model chats says nothing of what else it can do.
    private static Set<Capability> capabilities(ModelCard card, Model model) {
        if (model.capabilities().isEmpty() || !card.capabilities().equals(Set.of(Capability.CHAT))) {
            return card.capabilities();
        }
        var all = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if (model.capabilities().contains(capability.name().toLowerCase(Locale.ROOT))) {
                all.add(capability);
            }
        }
        return all;
    }
}
