package dev.formulary.engine.store;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Facts of any shape: whatever members the records have.
final class RandomFacts {
    private static final List<String> TEXTS = List.of("", "default", "kitchen", "bath", "häuschen \"☂\" \\ \n", "𝄞");
    private final Random random;

    RandomFacts(long seed) {
        random = new Random(seed);
    }

    Question question() {
        return make(Question.class);
    }

    /// A question about given models, as calls bring them: most leave most things unsaid.
    Question question(String id, Situation situation, List<Candidate> candidates) {
        Call call = make(Call.class);
        Context context = random.nextInt(4) == 0 ? Context.unspecified() : make(Context.class);
        String model = random.nextInt(10) == 0 ? candidates.get(random.nextInt(candidates.size())).id() : "auto";
        return new Question(new Call(id, call.dialect(), call.via(), call.tenant(), call.key(), model,
                call.substitute(), call.priority(), call.session(), call.stream(), situation.at(), 1_000,
                call.trace()), context, situation, candidates,
                random.nextBoolean() ? Continuity.NONE : continuity(candidates));
    }

    private Continuity continuity(List<Candidate> candidates) {
        Continuity some = make(Continuity.class);
        return new Continuity(candidates.get(random.nextInt(candidates.size())).id(), some.inRow(), some.calls(),
                some.switches(), some.idleSeconds(), some.moderateSeconds(), some.highSeconds(),
                some.criticalSeconds());
    }

    List<Candidate> candidates(int count) {
        var candidates = new ArrayList<Candidate>();
        for (int i = 0; i < count; i++) {
            ModelCard card = make(ModelCard.class);
            var labels = new HashSet<>(card.labels());
            if (random.nextBoolean()) {
                labels.add("crisis");
            }
            candidates.add(Candidate.of("p" + i % 5, new ModelCard("m" + i,
                    i % 3 == 0 ? card.capabilities() : Set.of(Capability.values()), 0, card.inputPrice(),
                    card.outputPrice(), card.local(), labels, card.quality(), card.safety(), card.attributes()),
                    make(Candidate.Vitals.class)));
        }
        return List.copyOf(candidates);
    }

    <T> T make(Class<T> type) {
        return type.cast(value(type, type));
    }

    private @Nullable Object component(RecordComponent component) {
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || ((AnnotatedElement) component).isAnnotationPresent(Nullable.class);
        return nullable && random.nextBoolean() ? null : value(component.getType(), component.getGenericType());
    }

    private Object value(Class<?> type, Type generic) {
        if (type == ModelCard.class) {
            @Nullable
            Object[] card = components(type);
            card[0] = "model-" + random.nextInt(1000);
            card[2] = random.nextInt(100_000);
            card[3] = (long) random.nextInt(10_000_000) - 1;
            card[4] = (long) random.nextInt(10_000_000) - 1;
            return create(type, card);
        }
        if (type == PriceStep.class) {
            return new PriceStep(random.nextInt(Integer.MAX_VALUE), random.nextInt(10_000_000), 7,
                    random.nextInt(10_000_000) - 1, -1);
        }
        if (type == Requirements.class && random.nextInt(8) > 0) {
            return Requirements.NONE; // else hardly any call would be allowed
        }
        if (type == Screening.class && random.nextInt(4) > 0) {
            return Screening.NONE;
        }
        if (type.isRecord()) {
            return create(type, components(type));
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
        }
        return type == List.class || type == Set.class || type == Map.class ? many(type, generic) : plain(type);
    }

    private Object plain(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int" -> random.nextInt(5) == 0 ? -1 : random.nextInt(10_000);
            case "long" -> random.nextInt(5) == 0 ? -1L : random.nextLong() >>> 20;
            case "double" -> random.nextInt(5) == 0 ? -1.0 : random.nextDouble() * 10;
            case "boolean" -> random.nextBoolean();
            case "String" -> TEXTS.get(random.nextInt(TEXTS.size()));
            case "Instant" -> Instant.ofEpochSecond(1_790_000_000 + random.nextInt(10_000_000),
                    random.nextInt(1_000_000_000));
            default -> throw new IllegalArgumentException("no random " + type);
        };
    }

    private Object many(Class<?> type, Type generic) {
        Type[] inner = ((ParameterizedType) generic).getActualTypeArguments();
        int count = random.nextInt(4);
        var list = new ArrayList<Object>();
        var map = new HashMap<Object, Object>();
        for (int i = 0; i < count; i++) {
            list.add(value((Class<?>) inner[0], inner[0]));
            map.put(list.getLast(), type == Map.class ? value((Class<?>) inner[1], inner[1]) : "");
        }
        return type == List.class ? list : type == Set.class ? map.keySet() : map;
    }

    private @Nullable Object[] components(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(components[i]);
        }
        return values;
    }

    private static Object create(Class<?> type, @Nullable Object[] values) {
        try {
            Class<?>[] types = java.util.stream.Stream.of(type.getRecordComponents()).map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no random " + type, e);
        }
    }
}
