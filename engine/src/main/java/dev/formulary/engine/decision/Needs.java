package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.ModelPatterns;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a call itself asks of a model, whatever the rules say: what it must be able to do, room for the tokens, what the
/// caller requires, and which models its key may use. What nobody knows of a model meets no requirement.
final class Needs {
    /// How it is said that a model has not room enough.
    static final String ROOM = "prompt and answer need about ";
    private static final Map<Capability, String> CANNOT = new EnumMap<>(Capability.class);

    static {
        CANNOT.put(Capability.CHAT, "the model does not answer conversations");
        CANNOT.put(Capability.EMBED, "the model does not turn text into vectors");
        CANNOT.put(Capability.VISION, "the model does not see pictures");
        CANNOT.put(Capability.AUDIO, "the model does not hear sound");
        CANNOT.put(Capability.TOOLS, "the model does not call tools");
        CANNOT.put(Capability.JSON, "the model does not answer in JSON");
        CANNOT.put(Capability.THINKING, "the model does not think before it answers");
    }

    private final List<String> models;
    private final Context context;
    private final Requirements required;
    private final boolean demanding;

    Needs(Call call, Context context) {
        this.models = call.models();
        this.context = context;
        this.required = context.requirements();
        this.demanding = !required.equals(Requirements.NONE);
    }

    /// Why the model can't serve the call, each reason a sentence; empty when it can.
    List<String> missing(Candidate candidate) {
        boolean allowed = ModelPatterns.allow(models, candidate.id());
        if (allowed && !demanding && able(candidate) && roomy(candidate)) {
            return List.of();
        }
        var missing = new ArrayList<String>(2);
        if (!allowed) {
            missing.add("the caller's key may use " + String.join(", ", models) + " only");
        }
        if (!context.needs().contains(Capability.EMBED) && !candidate.can(Capability.CHAT)) {
            missing.add(cannot(Capability.CHAT));
        }
        for (Capability need : Capability.values()) {
            if (context.needs().contains(need) && !candidate.can(need) && !missing.contains(cannot(need))) {
                missing.add(cannot(need));
            }
        }
        if (!roomy(candidate)) {
            missing.add(ROOM + tokens() + " tokens, the model has room for "
                    + candidate.card().contextTokens());
        }
        if (demanding) {
            requirements(candidate, missing);
        }
        return missing;
    }

    private static String cannot(Capability capability) {
        return CANNOT.getOrDefault(capability, "the model lacks " + capability);
    }

    private boolean able(Candidate candidate) {
        return candidate.card().capabilities().containsAll(context.needs())
                && (candidate.can(Capability.CHAT) || context.needs().contains(Capability.EMBED));
    }

    /// Texts of which vectors are made go into a context one by one; how long each is shows when they are dispatched.
    private boolean roomy(Candidate candidate) {
        int window = candidate.card().contextTokens();
        return window <= 0 || tokens() <= window || vectors();
    }

    private boolean vectors() {
        return context.needs().contains(Capability.EMBED) && !context.needs().contains(Capability.CHAT);
    }

    private long tokens() {
        return (long) context.promptTokens() + context.maxTokens();
    }

    private void requirements(Candidate candidate, List<String> missing) {
        atMost("the caller requires an answer within", required.maxLatencyMs(), candidate.vitals().latencyMs(),
                " ms", missing);
        atLeast("the caller requires a quality of at least", required.minQuality(), candidate.quality(), missing);
        atLeast("the caller requires a safety of at least", required.minSafety(), candidate.safety(), missing);
        atMost("the caller requires an answer for at most", required.maxCostMicros(),
                Estimate.of(context).costMicros(candidate), " micro-dollars", missing);
        int window = candidate.card().contextTokens();
        if (required.minContextTokens() >= 0 && window < Math.max(1, required.minContextTokens())) {
            missing.add("the caller requires room for " + required.minContextTokens() + " tokens, the model has "
                    + (window <= 0 ? "an unknown number" : window));
        }
    }

    private static void atMost(String what, long most, long known, String unit, List<String> missing) {
        if (most >= 0 && (known < 0 || known > most)) {
            missing.add(what + " " + most + unit + ", the model's is " + (known < 0 ? "unknown" : known + unit));
        }
    }

    private static void atLeast(String what, double least, double known, List<String> missing) {
        if (least >= 0 && !(known >= least)) {
            missing.add(what + " " + least + ", the model's is " + (known >= 0 ? known : "unmeasured"));
        }
    }
}
