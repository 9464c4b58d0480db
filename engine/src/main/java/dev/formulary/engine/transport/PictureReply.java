package dev.formulary.engine.transport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// The answer of a picture's host. It is asked in HTTP/1.0, whose answers are neither in chunks nor anything but what was asked.
///
/// @param location where the picture is instead, or null
/// @param contentType lower case
record PictureReply(int status, @Nullable String location, String contentType, byte[] body) {
    private static final int HEAD_BYTES = 16 * 1024;

    /// Connects to an address, and to no other that the host may have.
    static Socket open(InetAddress address, String host, int port, boolean https, long end) throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(address, port), left(end));
            plain.setSoTimeout(left(end));
            if (!https) {
                return plain;
            }
            SSLSocket encrypted = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain,
                    host,
                    port, true);
            SSLParameters parameters = encrypted.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            encrypted.setSSLParameters(parameters);
            encrypted.startHandshake();
            return encrypted;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    static PictureReply read(Socket socket, URI uri, String host, long maxSize, long end)
            throws IOException, ImageFetcher.FetchException {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        socket.getOutputStream().write(("GET " + target + " HTTP/1.0\r\nHost: " + host
                + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + "\r\nAccept: image/*\r\nUser-Agent: formulary\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        InputStream in = new BufferedInputStream(socket.getInputStream());
        var head = new ByteArrayOutputStream();
        int last = 0;
        while (!(last == 2)) {
            int next = next(socket, in, end);
            head.write(next);
            last = next == '\n' ? last + 1 : next == '\r' ? last : 0;
            if (head.size() > HEAD_BYTES) {
                throw new IOException("the head is too long");
            }
        }
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r?\n");
        Map<String, String> headers = headers(lines);
        int status = status(lines[0]);
        boolean elsewhere = status >= 301 && status <= 308 && status != 304 && headers.containsKey("location");
        if (elsewhere || status != 200) {
            return new PictureReply(status, elsewhere ? headers.get("location") : null, "", new byte[0]);
        }
        if (headers.containsKey("transfer-encoding") || headers.containsKey("content-encoding")) {
            throw new IOException("a coding that was not asked for");
        }
        return new PictureReply(status, null, headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT),
                body(socket, in, headers.get("content-length"), maxSize, end));
    }

    private static byte[] body(Socket socket, InputStream in, @Nullable String announced, long maxSize, long end)
            throws IOException, ImageFetcher.FetchException {
        var body = new ByteArrayOutputStream();
        byte[] piece = new byte[16 * 1024];
        while (true) {
            socket.setSoTimeout(left(end));
            int n = in.read(piece);
            if (n < 0) {
                break;
            }
            body.write(piece, 0, n);
            if (body.size() > maxSize) {
                throw new ImageFetcher.FetchException("it has more than " + maxSize + " bytes (fetch.images.max-size)");
            }
        }
        if (announced != null && !announced.equals(Integer.toString(body.size()))) {
            throw new IOException("it ended too early");
        }
        return body.toByteArray();
    }

    private static int next(Socket socket, InputStream in, long end) throws IOException {
        socket.setSoTimeout(left(end));
        int next = in.read();
        if (next < 0) {
            throw new IOException("it ended too early");
        }
        return next;
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("that is no HTTP");
        }
        return Integer.parseInt(words[1]);
    }

    private static Map<String, String> headers(String[] lines) {
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static int left(long end) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
            throw new IOException("it took too long");
        }
        return (int) left;
    }
}
