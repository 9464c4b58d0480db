package dev.formulary.engine.route;

import dev.formulary.engine.config.FetchSettings;
import dev.formulary.engine.config.FetchSettings.PassOn;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.transport.ImageFetcher;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Pictures and files that an allowed call names by URLs: fetched here from the hosts that the configuration lists, passed on
/// as they are where it says so, and refused otherwise. Whoever asks must not make this network's own machines be asked.
/// Thread-safe; blocks.
final class Pictures {
    private static final int MOST = 16;

    private final FetchSettings settings;
    private final ImageFetcher fetcher;

    Pictures(FetchSettings settings, ImageFetcher fetcher) {
        this.settings = settings;
        this.fetcher = fetcher;
    }

    /// A call whose pictures are there, and what may become of it.
    record Looked(Received received, Decision.Allow allow) {}

    /// @throws RefusedException with `invalid_image_url` when a URL may not be asked for or does not lead to a picture
    Looked look(Received received, Decision.Allow allow) throws RefusedException, InterruptedException {
        ChatRequest request = received.inquiry().request();
        if (request.messages().stream().flatMap(each -> each.parts().stream()).noneMatch(each -> url(each) != null)) {
            return new Looked(received, allow);
        }
        var looking = new Looking();
        List<Message> messages = new ArrayList<>();
        for (Message message : request.messages()) {
            messages.add(new Message(message.role(), looking.parts(message.parts()), message.toolCalls(),
                    message.toolCallId(), message.name()));
        }
        Decision.Allow still = looking.passed ? askable(allow) : allow;
        if (looking.fetched == 0) {
            return new Looked(received, still);
        }
        var other = new ChatRequest(request.model(), messages, request.tools(), request.toolChoice(),
                request.sampling(),
                request.format(), request.stream(), request.includeUsage(), request.extra(), null, request.options());
        return new Looked(received.asking(other), still);
    }

    private static @Nullable String url(Part part) {
        return switch (part) {
            case ChatRequest.Image(_, String data, boolean url) when url -> data;
            case ChatRequest.Document(_, String data, boolean url, _) when url -> data;
            default -> null;
        };
    }

    /// One call's pictures.
    private final class Looking {
        private int fetched;
        private boolean passed;

        List<Part> parts(List<Part> asked) throws RefusedException, InterruptedException {
            List<Part> parts = new ArrayList<>();
            for (Part part : asked) {
                String url = url(part);
                parts.add(url == null ? part : part(part, url));
            }
            return parts;
        }

        private Part part(Part part, String url) throws RefusedException, InterruptedException {
            URI uri = uri(url);
            if (part instanceof ChatRequest.Image && settings.allows(host(uri))) {
                if (++fetched > MOST) {
                    throw refused("a call may name " + MOST + " pictures by URLs");
                }
                try {
                    ImageFetcher.Fetched picture = fetcher.fetch(uri);
                    return new ChatRequest.Image(picture.mediaType(),
                            Base64.getEncoder().encodeToString(picture.bytes()),
                            false);
                } catch (ImageFetcher.FetchException e) {
                    throw refused("the picture can't be fetched: " + e.getMessage());
                }
            }
            if (settings.passOn() == PassOn.NEVER) {
                throw refused("pictures are fetched only from the hosts in fetch.images.hosts; send it as data:");
            }
            if (settings.passOn() == PassOn.ELSEWHERE && isInside(host(uri))) {
                throw refused("its host is not a public one; send the picture as data:, or see fetch.images.pass-on");
            }
            passed = true;
            return part;
        }
    }

    /// A model that runs here would ask from within this network.
    private Decision.Allow askable(Decision.Allow allow) throws RefusedException {
        if (settings.passOn() == PassOn.ALWAYS) {
            return allow;
        }
        List<Candidate> elsewhere = allow.plan().all().stream().filter(each -> !each.local()).toList();
        if (elsewhere.isEmpty()) {
            throw refused("a model that runs here gets pictures only as data:, or by URLs of the hosts in "
                    + "fetch.images.hosts");
        }
        return new Decision.Allow(allow.id(), allow.ruleSet(), allow.plan().of(elsewhere), allow.reasons(),
                allow.ranking(), allow.notices(), allow.problems());
    }

    private static URI uri(String url) throws RefusedException {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && uri.getUserInfo() == null
                    && (scheme.equals("https") || scheme.equals("http"))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw refused("a picture's URL must be https://host/path, or data:MEDIA_TYPE;base64,DATA");
    }

    private static String host(URI uri) {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    /// Names and numbers that no vendor on the Internet could mean: numbers are for machines that nobody gave a name.
    private static boolean isInside(String host) {
        return host.indexOf('.') < 0 || host.matches("[0-9.]+|0x.*|\\[.*]")
                || host.matches(".*\\.(local|localhost|internal|intranet|lan|home|corp|home\\.arpa)\\.?");
    }

    private static RefusedException refused(String message) {
        return new RefusedException(Refusal.badRequest("invalid_image_url", message, "messages"));
    }
}
