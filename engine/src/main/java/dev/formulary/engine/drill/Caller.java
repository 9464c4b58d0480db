package dev.formulary.engine.drill;

import dev.formulary.engine.drill.Seen.Way;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Somebody who asks once and notes what he sees.
final class Caller {
    private static final Pattern WORD = Pattern.compile("word(\\d\\d)");
    private static final Pattern CODE = Pattern.compile("\"code\":\"([a-z_]+)\"");
    private static final String ERROR = "\"error\":";

    private final DrillGround ground;
    private final Way way;
    private final long atMs;
    private final long deadlineMs;
    private final StringBuilder text = new StringBuilder();
    private long begun;
    private long first = -1;

    Caller(DrillGround ground, Way way, long atMs, long deadlineMs) {
        this.ground = ground;
        this.way = way;
        this.atMs = atMs;
        this.deadlineMs = deadlineMs;
    }

    Seen ask() throws InterruptedException {
        begun = System.nanoTime();
        Answer answer = ground.enter(way.entrance, arrival());
        switch (answer) {
            case Answer.Whole whole -> heard(whole.body());
            case Answer.Streamed streamed -> {
                try (Answer.Frames frames = streamed.frames()) {
                    for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
                        heard(frame);
                    }
                }
            }
        }
        return seen(answer);
    }

    private Arrival arrival() {
        String body = "{\"model\":\"auto\",\"stream\":" + way.stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"This is a drill.\"}]}";
        return new Arrival("http", way.path, Map.of("x-formulary-deadline-ms", Long.toString(deadlineMs))::get,
                body.getBytes(StandardCharsets.UTF_8), true, Arrival.Presence.CONSTANT);
    }

    private void heard(byte[] piece) {
        text.append(new String(piece, StandardCharsets.UTF_8));
        if (first < 0 && WORD.matcher(text).find()) {
            first = since();
        }
    }

    private long since() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private Seen seen(Answer answer) {
        long total = since();
        var words = new BitSet();
        int doubled = 0;
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            int number = Integer.parseInt(word.group(1));
            doubled += words.get(number) ? 1 : 0;
            words.set(number);
        }
        boolean ok = answer.status() == 200;
        boolean whole = ok && text.indexOf(way.end) >= 0 && text.indexOf(ERROR) < 0;
        int attempts = Integer.parseInt(answer.headers().getOrDefault("X-Formulary-Attempts", "0"));
        return new Seen(atMs, way, answer.status(), whole ? "" : problem(answer.status()), text.indexOf(ERROR) >= 0,
                first, total, attempts, answer.headers().getOrDefault("X-Formulary-Model", ""), doubled,
                ok ? Drill.WORDS - words.cardinality() : 0);
    }

    /// The status, and the code where the dialect has one.
    private String problem(int status) {
        Matcher code = CODE.matcher(text);
        return way.word() + " " + status + (code.find() ? " " + code.group(1) : "");
    }
}
