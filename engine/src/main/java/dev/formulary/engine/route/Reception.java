package dev.formulary.engine.route;

import dev.formulary.engine.admission.Grant;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.LimitReachedException;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.Carrier;
import dev.formulary.engine.context.Given;
import dev.formulary.engine.context.InvalidFactException;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.MalformedBodyException;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Arrival.HeaderLookup;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.keys.KeyToken;
import dev.formulary.engine.schema.SchemaFolder;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.engine.telemetry.Stage;
import dev.formulary.spi.ChatRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns what a route hands in into a checked call, or refuses it. Thread-safe.
final class Reception {
    private static final Pattern TRACEPARENT = Pattern
            .compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    /// The header of clients that want to know where they stand in line; messages name a topic there.
    static final String WAITING = "x-formulary-waiting";
    private static final String TELL = "tell";
    private static final int LONGEST_SESSION = 128;
    private static final String RIGHT_SESSION = "1 to " + LONGEST_SESSION + " characters";
    private static final List<String> SESSION_NAMES = List.of("session", "session_id");

    private final Door door;
    private final Limits limits;
    private final Assessor assessor;
    private final Aliases aliases;
    private final long callTimeoutMs;
    private final Recollection recollection;
    private final Checks checks;
    private final Clock clock;

    /// There are no schemas that calls may name.
    Reception(Keyring keyring, Limits limits, Assessor assessor, Recollection recollection, Settings settings,
            Aliases aliases, Clock clock) {
        this(keyring, limits, assessor, recollection, settings, aliases, new Checks(SchemaFolder.NONE), clock);
    }

    Reception(Keyring keyring, Limits limits, Assessor assessor, Recollection recollection, Settings settings,
            Aliases aliases, Checks checks, Clock clock) {
        this.checks = checks;
        this.door = new Door(keyring);
        this.limits = limits;
        this.assessor = assessor;
        this.recollection = recollection;
        this.aliases = aliases;
        this.callTimeoutMs = settings.server().callTimeout().toMillis();
        this.clock = clock;
    }

    Keyring.Caller authenticate(Arrival arrival) throws RefusedException {
        return door.enter(arrival);
    }

    /// A call that is not traced.
    Received receive(ChatDialect dialect, Arrival arrival, long nanos) throws RefusedException {
        return receive(dialect, arrival, nanos, CallTrace.NONE);
    }

    Received receive(ChatDialect dialect, Arrival arrival, long nanos, CallTrace trace) throws RefusedException {
        Keyring.Caller caller = authenticate(arrival);
        Inquiry asked = recollection.retention().followed(
                checks.named(inquiry(dialect, arrival), arrival.header()), caller.tenant());
        String name = asked.request().model();
        Aliases.Meaning meaning = asked.vectors() == null ? aliases.of(name) : aliases.plain(name);
        Call call = call(dialect, arrival, caller, asked, meaning, trace);
        trace.received(call);
        Recollection.Recalled recalled = asked.vectors() == null ? recollection.recall(call, asked.request()) : null;
        Inquiry inquiry = recalled == null ? asked : asked.asking(recalled.request());
        trace.over(Stage.RECEIVE);
        Context context = meaning.told(context(arrival, caller, inquiry));
        trace.over(Stage.CONTEXT);
        return new Received(call, context, inquiry, dialect, arrival, nanos, Grant.ofNothing(), recalled, trace);
    }

    /// Whose answers are checked.
    Checks checks() {
        return checks;
    }

    /// How many tokens a text has, counted or estimated like those of prompts.
    long tokens(String text) {
        return assessor.tokens(text);
    }

    /// Takes what a call needs from the limits of its caller.
    Received admit(Received received) throws RefusedException {
        Context context = received.context();
        try {
            var grant = limits.admit(received.call(), context.promptTokens(), context.maxTokens());
            received.trace().over(Stage.ADMISSION);
            return received.with(grant);
        } catch (LimitReachedException e) {
            throw Allowance.refusal(e);
        }
    }

    private static Inquiry inquiry(ChatDialect dialect, Arrival arrival) throws RefusedException {
        try {
            Inquiry inquiry = dialect.read(arrival.body());
            if (arrival.mayStream() || !inquiry.request().stream()) {
                return inquiry;
            }
            return inquiry.asking(whole(inquiry.request()));
        } catch (MalformedBodyException e) {
            throw new RefusedException(e.refusal());
        }
    }

    private static ChatRequest whole(ChatRequest asked) {
        return new ChatRequest(asked.model(), asked.messages(), asked.tools(), asked.toolChoice(), asked.sampling(),
                asked.format(), false, false, asked.extra(), asked.source(), asked.options());
    }

    private Context context(Arrival arrival, Keyring.Caller caller, Inquiry inquiry) throws RefusedException {
        try {
            var given = new Given(caller.grant().defaults(), caller.grant().fixed());
            return assessor.assess(given, Carrier.of(arrival.via()), arrival.header().get("x-formulary-context"),
                    inquiry.metadata(), inquiry.request(), VectorCalls.purpose(inquiry));
        } catch (InvalidFactException e) {
            throw new RefusedException(
                    Refusal.badRequest("invalid_context", String.valueOf(e.getMessage()), e.fact()));
        }
    }

    private Call call(ChatDialect dialect, Arrival arrival, Keyring.Caller caller, Inquiry inquiry,
            Aliases.Meaning meaning, CallTrace trace) throws RefusedException {
        ChatRequest request = inquiry.request();
        HeaderLookup header = arrival.header();
        Instant now = clock.instant();
        // a message names a topic there
        if (arrival.mayStream() && !arrival.via().equals("mqtt")
                && !TELL.equals(Objects.requireNonNullElse(header.get(WAITING), TELL))) {
            throw wrongHeader("X-Formulary-Waiting", String.valueOf(header.get(WAITING)), TELL);
        }
        // names are kept and shown, and some callers put their key there
        return new Call(CallIds.next(now.toEpochMilli()), dialect.name(), arrival.via(), caller.tenant(), caller.key(),
                KeyToken.masked(meaning.model()),
                substitute(header.get("x-formulary-substitute")) || meaning.standsIn(),
                priority(header.get("x-formulary-priority")),
                session(header.get("x-formulary-session"), inquiry.metadata()),
                request.stream(), now, deadline(header.get("x-formulary-deadline-ms")),
                trace.id() == null ? trace(header.get("traceparent")) : trace.id(), caller.grant().labels(),
                caller.grant().models(), CallTag.of(header.get(CallTag.HEADER), inquiry.metadata()));
    }

    /// The trace id of a W3C trace context (version-traceid-parentid-flags); one that is malformed starts no trace.
    private static @Nullable String trace(@Nullable String traceparent) {
        return traceparent != null && TRACEPARENT.matcher(traceparent).matches()
                ? traceparent.substring(3, 35)
                : null;
    }

    private static boolean substitute(@Nullable String value) throws RefusedException {
        if (value == null) {
            return false;
        }
        return switch (value) {
            case "allow" -> true;
            case "deny" -> false;
            default -> throw wrongHeader("X-Formulary-Substitute", value, "allow or deny");
        };
    }

    private static Priority priority(@Nullable String value) throws RefusedException {
        if (value == null) {
            return Priority.NORMAL;
        }
        return switch (value) {
            case "urgent" -> Priority.URGENT;
            case "interactive" -> Priority.INTERACTIVE;
            case "normal" -> Priority.NORMAL;
            case "batch" -> Priority.BATCH;
            default -> throw wrongHeader("X-Formulary-Priority", value, "urgent, interactive, normal or batch");
        };
    }

    /// The header wins over the metadata; an empty one, as of a client that fills in an id it does not have, says nothing. What
    /// a body calls `user` or `prompt_cache_key` groups other things than the turns of one conversation, so it is no session.
    private static @Nullable String session(@Nullable String header, Map<String, String> metadata)
            throws RefusedException {
        if (header != null && !header.isEmpty()) {
            if (wrongSession(header)) {
                throw wrongHeader("X-Formulary-Session", header, RIGHT_SESSION);
            }
            return KeyToken.masked(header);
        }
        for (String name : SESSION_NAMES) {
            String value = metadata.get(name);
            if (value != null && wrongSession(value)) {
                throw new RefusedException(Refusal.badRequest("invalid_session", "metadata." + name
                        + " has the wrong value '" + shown(value) + "'; it must be " + RIGHT_SESSION,
                        "metadata."
                                + name));
            }
            if (value != null) {
                return KeyToken.masked(value);
            }
        }
        return null;
    }

    private static boolean wrongSession(String value) {
        return value.isBlank() || value.length() > LONGEST_SESSION;
    }

    private long deadline(@Nullable String value) throws RefusedException {
        if (value == null) {
            return callTimeoutMs;
        }
        try {
            long asked = Long.parseLong(value);
            if (asked > 0) {
                return Math.min(asked, callTimeoutMs);
            }
        } catch (NumberFormatException e) {
            // said below, like a number that is too small
        }
        throw wrongHeader("X-Formulary-Deadline-Ms", value, "a whole number of milliseconds above 0");
    }

    private static RefusedException wrongHeader(String name, String value, String right) {
        return new RefusedException(Refusal.badRequest("invalid_header",
                "the header " + name + " has the wrong value '" + shown(value) + "'; it must be " + right, name));
    }

    private static String shown(String value) {
        return value.length() > 40 ? value.substring(0, 40) + "…" : value;
    }
}
