package dev.formulary.engine.admin;

import dev.formulary.engine.facts.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/// The status page: one file without data in it, the same for everybody. Its script asks `/admin/*` for what it shows, with
/// the admin key where one is asked for. The browser is told to run that script and nothing else.
final class StatusPage {
    private final byte[] html;
    private final String policy;

    StatusPage() {
        try (InputStream file = Objects.requireNonNull(StatusPage.class.getResourceAsStream("status.html"))) {
            html = file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the status page is missing from the JAR", e);
        }
        String text = new String(html, StandardCharsets.UTF_8);
        policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src blob:"
                + "; script-src " + hash(text, "script") + "; style-src " + hash(text, "style");
    }

    Answer.Whole answer(int status) {
        return Replies.with(Replies.whole(status, "text/html; charset=utf-8", html), "Content-Security-Policy",
                policy);
    }

    private static String hash(String text, String tag) {
        int start = text.indexOf("<" + tag + ">") + tag.length() + 2;
        String content = text.substring(start, text.indexOf("</" + tag + ">", start));
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
