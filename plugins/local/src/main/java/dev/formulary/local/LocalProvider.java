package dev.formulary.local;

import dev.formulary.local.child.Report;
import dev.formulary.local.child.Request;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The models in GGUF files on this machine.
final class LocalProvider implements Provider {
    private final LocalSettings settings;
    private final Workshop workshop;
    private final Shelf shelf;
    private final Seats seats;

    LocalProvider(LocalSettings settings, Workshop workshop) {
        this.settings = settings;
        this.workshop = workshop;
        this.shelf = new Shelf(settings.folder(), settings.files(), workshop::warn);
        this.seats = new Seats(workshop);
    }

    @Override
    public List<ModelCard> models() {
        Map<String, ModelFile> files = shelf.update();
        seats.keepOnly(files.keySet());
        return files.values().stream().map(this::card).toList();
    }

    private ModelCard card(ModelFile file) {
        ModelCard card = file.card(settings.context(), workshop.need(file));
        Map<String, String> attributes = new HashMap<>(card.attributes());
        Seat seat = seats.find(file.id());
        Boolean own = seat == null ? null : seat.writesOwnTemplate();
        if (!file.encodes()) {
            attributes.put("chat-template", (own == null ? file.hasTemplate() : own) ? "own" : "chatml");
        }
        if (settings.gpuLayers() != 0) {
            attributes.put("gpu-layers", settings.gpuLayers() < 0 ? "all" : Integer.toString(settings.gpuLayers()));
        }
        return new ModelCard(card.id(), card.capabilities(), card.contextTokens(), card.inputPrice(),
                card.outputPrice(), card.local(), card.labels(), card.quality(), card.safety(), attributes);
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        ModelFile file = shelf.find(request.model());
        if (file.encodes()) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "'" + file.id() + "' makes vectors of texts and does not answer");
        }
        Question question = Question.of(request, workshop.context(file));
        Seat seat = seats.of(file.id());
        Turns.Turn turn = seat.turns().take(attempt);
        try {
            seat.use(request.options().keepAlive());
            ModelProcess process = seat.ready(file, attempt, turn);
            Exchange exchange = process
                    .ask(call -> new Request.Chat(call, question.turns(), question.manner()));
            turn.passTo(exchange, () -> seat.leave(turn));
            var reply = new LocalReply(file.id(), process, exchange, attempt, seat::worked);
            reply.awaitStart(question.ignored());
            return reply;
        } finally {
            if (!turn.passed()) {
                seat.leave(turn);
            }
        }
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        Set<String> ignored = request.ignoring(Set.of("keep_alive"));
        ModelFile file = shelf.find(request.model());
        for (String text : request.texts()) {
            Question.checkLength(text.length(), workshop.context(file));
        }
        Seat seat = seats.of(file.id());
        Turns.Turn turn = seat.turns().take(attempt);
        try {
            seat.use(request.options().keepAlive());
            ModelProcess process = seat.ready(file, attempt, turn);
            checkDimensions(request, process.loaded());
            var vectors = new VectorCall(file.id(), process, attempt);
            for (List<String> part : VectorCall.parts(request.texts())) {
                Exchange exchange = vectors.ask(part);
                try {
                    vectors.collect(exchange);
                } finally {
                    if (!exchange.isOver()) {
                        process.cancel(exchange);
                        turn.passTo(exchange, () -> seat.leave(turn));
                    }
                }
            }
            seat.worked();
            return vectors.answer(ignored);
        } finally {
            if (!turn.passed()) {
                seat.leave(turn);
            }
        }
    }

    private static void checkDimensions(Embeddings.Request request, Report.@Nullable Loaded loaded)
            throws ProviderException {
        Integer asked = request.dimensions();
        if (asked != null && loaded != null && asked != loaded.dimensions()) {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "the vectors of '" + request.model() + "' have "
                    + loaded.dimensions() + " dimensions, not " + asked);
        }
    }

    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        models();
        for (Seat seat : seats.all()) {
            ModelProcess process = seat.process();
            if (process != null) {
                process.ask(Request.Ping::new).first(seat.model(), attempt);
            }
        }
    }

    @Override
    public boolean loadsHere() {
        return true;
    }

    @Override
    public List<LoadedModel> loaded(Attempt attempt) {
        List<LoadedModel> loaded = new ArrayList<>();
        for (Seat seat : seats.all()) {
            ModelFile file = seat.file();
            if (file != null) {
                Duration left = seat.left();
                loaded.add(new LoadedModel(file.id(), workshop.need(file).total(),
                        settings.gpuLayers() == 0 ? 0 : ModelCard.UNKNOWN, workshop.context(file),
                        left == null ? null : Instant.now().plus(left)));
            }
        }
        return loaded;
    }

    @Override
    public void load(String model, @Nullable Duration keepAlive, Attempt attempt)
            throws ProviderException, InterruptedException {
        ModelFile file = shelf.find(model);
        Seat seat = seats.of(file.id());
        Turns.Turn turn = seat.turns().take(attempt);
        try {
            seat.use(keepAlive);
            seat.ready(file, attempt, turn);
        } finally {
            if (!turn.passed()) {
                seat.leave(turn);
            }
        }
    }

    @Override
    public void unload(String model, Attempt attempt) throws ProviderException, InterruptedException {
        Seat seat = seats.find(model);
        if (seat == null) {
            shelf.find(model);
            return;
        }
        Turns.Turn turn = seat.turns().take(attempt);
        try {
            seat.unload();
        } finally {
            turn.give();
        }
    }

    /// The processes of the models that lie in memory, by model.
    Map<String, Long> processes() {
        Map<String, Long> processes = new HashMap<>();
        for (Seat seat : seats.all()) {
            ModelProcess process = seat.process();
            if (process != null) {
                processes.put(seat.model(), process.pid());
            }
        }
        return processes;
    }

    @Override
    public void close() {
        seats.close();
    }
}
