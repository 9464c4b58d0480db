package dev.formulary.engine.context;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.Task;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the Context of a call: what was declared, validated, and what the content shows. Thread-safe.
public final class Assessor {
    private static final String CONTENT = "content";
    private static final ChatRequest NOTHING_SAID = new ChatRequest("auto", List.of(), List.of(), null,
            ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null);

    private final boolean paidByDefault;
    private final CrisisScreen screen;
    private final Counting counting;
    private final TextMemory memory;
    private final Opinions opinions;
    private final AtomicReference<OwnWords> words = new AtomicReference<>(OwnWords.NONE);

    /// @param paidByDefault whether money may be spent where a free model could answer, when the caller does not say
    /// @param screen looks for signs of a crisis
    public Assessor(boolean paidByDefault, CrisisScreen screen) {
        this(paidByDefault, screen, EstimatedTokens.ALL, List::of, (_, _) -> {});
    }

    /// @param counting how tokens are counted
    /// @param others the assessors that plug-ins bring, now; they are asked one after the other, so each must be bounded
    ///     in time
    /// @param leftOut told the name of an assessor whose findings could not be used, and why; must not block
    public Assessor(boolean paidByDefault, CrisisScreen screen, Counting counting,
            Supplier<List<dev.formulary.spi.Assessor>> others, BiConsumer<String, String> leftOut) {
        this.paidByDefault = paidByDefault;
        this.screen = screen;
        this.counting = counting;
        memory = new TextMemory(counting);
        opinions = new Opinions(others, leftOut);
    }

    /// Assesses without a crisis screen.
    public Assessor(boolean paidByDefault) {
        this(paidByDefault, new CrisisScreen(false));
    }

    /// From now on callers may declare these words, too.
    public void use(OwnWords own) {
        words.set(own);
    }

    /// Forgets texts that were read some minutes ago. To be called every now and then.
    public void tick() {
        memory.tick();
    }

    /// How many tokens a text has, counted or estimated as those of prompts are.
    public long tokens(String text) {
        return counting.in(text);
    }

    /// Assesses a call whose facts came in a header.
    public Context assess(@Nullable String header, Map<String, String> metadata, ChatRequest request)
            throws InvalidFactException {
        return assess(Carrier.HEADER, header, metadata, request);
    }

    /// Joins what was declared with what the content shows. The header wins over the metadata.
    ///
    /// @param carrier what brought the header
    /// @param header the value of `X-Formulary-Context`, or null; facts that nobody knows are refused
    /// @param metadata the body's metadata; only facts that we know are read, the rest belongs to the caller
    /// @throws InvalidFactException when a value is not in the vocabulary
    public Context assess(Carrier carrier, @Nullable String header, Map<String, String> metadata, ChatRequest request)
            throws InvalidFactException {
        return assess(Given.NOTHING, carrier, header, metadata, request, Purpose.CHAT);
    }

    /// The same where some facts come with the caller's key, and for a request that may want something else than words.
    public Context assess(Given given, Carrier carrier, @Nullable String header, Map<String, String> metadata,
            ChatRequest request, Purpose purpose) throws InvalidFactException {
        OwnWords own = words.get();
        var facts = new HashMap<String, String>();
        var sources = new HashMap<String, String>();
        given.before(facts, sources);
        for (Map.Entry<String, String> each : metadata.entrySet()) {
            String name = Vocabulary.name(each.getKey());
            if (Vocabulary.knows(name) || own.know(name)) {
                facts.put(name, each.getValue());
                sources.put(name, "metadata");
            }
        }
        if (header != null && !header.isBlank()) {
            readHeader(carrier, header, own, facts, sources);
        }
        given.over(facts, sources);
        if (paidByDefault && !facts.containsKey("paid")) {
            sources.put("paid", "config");
        }
        Opinions.Crisis crisis = opinions.hear(request, own, facts, sources);
        Map<String, String> ours = own.takeFrom(facts);
        return context(new Declared(facts), ours, sources, crisis, request, purpose);
    }

    /// Reads facts that are written as in the header, and checks their values.
    ///
    /// @return their values by name
    /// @throws InvalidFactException when one is not in the vocabulary
    public Map<String, String> facts(String header) throws InvalidFactException {
        var facts = new HashMap<String, String>();
        readHeader(Carrier.HEADER, header, words.get(), facts, new HashMap<>());
        assess(Carrier.HEADER, header, Map.of(), NOTHING_SAID);
        return facts;
    }

    private static void readHeader(Carrier carrier, String header, OwnWords own, Map<String, String> facts,
            Map<String, String> sources) throws InvalidFactException {
        for (Map.Entry<String, String> each : FactDictionary.parse(header).entrySet()) {
            String name = Vocabulary.name(each.getKey());
            if (!Vocabulary.knows(name) && !own.know(name)) {
                throw Vocabulary.unknown(each.getKey(), own.facts());
            }
            facts.put(name, each.getValue());
            sources.put(name, carrier.source());
        }
    }

    private Context context(Declared declared, Map<String, String> ours, Map<String, String> sources,
            Opinions.Crisis crisis, ChatRequest request, Purpose purpose) throws InvalidFactException {
        Integer maxTokens = request.sampling().maxTokens();
        List<TextMemory.Turn> turns = memory.turns(request);
        int promptTokens = (int) Math.min(Integer.MAX_VALUE,
                (long) Content.promptTokens(turns, counting) + purpose.tokens());
        List<KnownText> said = CrisisScreen.lastTurns(turns, memory);
        Traits traits = Content.traits(request, turns, promptTokens, said);
        Screening screening = screen.screen(said);
        derived(sources, traits, screening);
        screening = crisis.raise(screening, sources);
        Set<Capability> needs = Content.needs(request, purpose);
        needs.addAll(declared.capabilities());
        return new Context(declared.word("need", Need.class, Need.UNSPECIFIED),
                declared.word("risk", Risk.class, Risk.UNSPECIFIED),
                declared.word("emotion", EmotionalState.class, EmotionalState.UNSPECIFIED),
                declared.word("age", AgeBand.class, AgeBand.UNSPECIFIED),
                declared.word("privacy", Privacy.class, Privacy.UNSPECIFIED),
                declared.word("task", Task.class, Task.UNSPECIFIED), declared.flag("consent", false),
                declared.flag("clinician", false), declared.flag("paid", paidByDefault), declared.text("zone"),
                declared.text("language"), promptTokens, maxTokens == null ? 0 : maxTokens, needs,
                Content.deterministic(request, purpose), declared.therapy(), declared.requirements(),
                declared.balance(), traits,
                screening,
                ours, sources);
    }

    /// Only what was found: that nothing was is no fact with a source.
    private static void derived(Map<String, String> sources, Traits traits, Screening screening) {
        if (screening.atLeast(CrisisLevel.LOW)) {
            sources.put("screening", CONTENT);
        }
        if (!traits.sensitive().isEmpty()) {
            sources.put("sensitive", CONTENT);
        }
        if (!traits.language().isEmpty()) {
            sources.put("traits.language", CONTENT);
        }
    }
}
