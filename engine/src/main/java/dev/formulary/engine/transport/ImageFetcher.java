package dev.formulary.engine.transport;

import dev.formulary.engine.config.FetchSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Fetches pictures from the hosts that the configuration lists, and from nowhere else: a name must lead to public addresses
/// only, the connection goes to the address that was looked at, and each redirect is looked at again. Thread-safe; blocks.
public final class ImageFetcher {
    private static final int MOST_REDIRECTS = 3;
    private static final int MOST_AT_ONCE = 16;

    private final FetchSettings settings;
    private final Resolver resolver;
    private final Predicate<InetAddress> reachable;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    /// Finds the addresses of a name.
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /// A picture.
    ///
    /// @param mediaType by its first bytes
    public record Fetched(String mediaType, byte[] bytes) {}

    /// Why there is none; the message is for the caller.
    public static final class FetchException extends Exception {
        FetchException(String message) {
            super(message, null, false, false);
        }
    }

    public ImageFetcher(FetchSettings settings) {
        this(settings, InetAddress::getAllByName, PublicAddress::is);
    }

    ImageFetcher(FetchSettings settings, Resolver resolver, Predicate<InetAddress> reachable) {
        this.settings = settings;
        this.resolver = resolver;
        this.reachable = reachable;
    }

    /// Fetches one.
    ///
    /// @throws FetchException when it can't be had or is no picture, saying why
    public Fetched fetch(URI uri) throws FetchException, InterruptedException {
        long end = System.nanoTime() + settings.timeout().toNanos();
        if (!places.tryAcquire(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new FetchException("too many pictures are being fetched already");
        }
        try {
            URI at = uri;
            for (int i = 0; i <= MOST_REDIRECTS; i++) {
                PictureReply reply = ask(at, end);
                if (reply.location() == null) {
                    return picture(reply);
                }
                at = redirected(at, reply.location());
            }
            throw new FetchException("there are more than " + MOST_REDIRECTS + " redirects");
        } catch (IOException e) {
            throw new FetchException("the host does not answer as it should, or took longer than "
                    + settings.timeout().toMillis() + " ms");
        } finally {
            places.release();
        }
    }

    private static URI redirected(URI from, String location) throws FetchException {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new FetchException("it is redirected to what is no URL");
        }
    }

    private PictureReply ask(URI uri, long end) throws FetchException, IOException {
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        if (!https && !(settings.plainHttp() && "http".equalsIgnoreCase(uri.getScheme()))) {
            throw new FetchException(settings.plainHttp()
                    ? "pictures are fetched by https:// and http:// only"
                    : "pictures are fetched by https:// only (fetch.images.plain-http is false)");
        }
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        if (!settings.allows(host)) {
            throw new FetchException("its host is not in fetch.images.hosts");
        }
        int port = uri.getPort() < 0 ? https ? 443 : 80 : uri.getPort();
        InetAddress address = checked(host);
        try (Socket socket = PictureReply.open(address, host, port, https, end)) {
            return PictureReply.read(socket, uri, host, settings.maxSize(), end);
        }
    }

    /// All addresses must be public, so that a name can't be public once and private the next time.
    private InetAddress checked(String host) throws FetchException {
        try {
            InetAddress[] all = resolver.resolve(host);
            if (!List.of(all).stream().allMatch(reachable)) {
                throw new FetchException("its host leads to an address that is not public");
            }
            return all[0];
        } catch (UnknownHostException e) {
            throw new FetchException("its host is not known");
        }
    }

    private static Fetched picture(PictureReply reply) throws FetchException {
        if (reply.status() != 200) {
            throw new FetchException("the host answers with " + reply.status());
        }
        String type = magic(reply.body());
        if (type == null || !reply.contentType().startsWith("image/")) {
            throw new FetchException("it is no picture in PNG, JPEG, GIF or WebP");
        }
        return new Fetched(type, reply.body());
    }

    private static @Nullable String magic(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(12, bytes.length), java.nio.charset.StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n")) {
            return "image/png";
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        }
        if (head.startsWith("GIF8")) {
            return "image/gif";
        }
        return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : null;
    }
}
