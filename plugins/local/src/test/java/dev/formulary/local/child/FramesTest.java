package dev.formulary.local.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final int DAMAGED = Integer.getInteger("formulary.fuzz", 20_000);
    private static final List<Request> REQUESTS = List.of(new Request.Load(1, "/a/\u00e9.gguf", 8192, 512, 3, -1),
            new Request.Chat(2,
                    List.of(new Request.Turn("system", ""), new Request.Turn("user", "h\u20aci \ud83d\ude00")),
                    new Request.Manner(7, 0.5f, 40, 0.9f, 0.05f, 1.1f, -2, 2, 99, true, List.of("\n", "stop"))),
            new Request.Embed(3, List.of("one", "", "three")), new Request.Cancel(-4), new Request.Unload(5),
            new Request.Ping(Integer.MAX_VALUE));
    private static final List<Report> REPORTS = List.of(new Report.Ready(0, "libllama.so", true),
            new Report.Loaded(1, 8192, 64, false), new Report.Started(2, 17), new Report.Text(2, "\u00e9\0"),
            new Report.Vector(3, 4, new float[]{1, -0.5f, Float.NaN}), new Report.Vector(3, 4, new float[0]),
            new Report.Finished(2, Report.Stop.CANCELLED, 5),
            new Report.Failed(1, Report.Reason.CONTEXT, "too much"), new Report.Pong(9));

    private static byte[] written() throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new Frames.Writer(out);
        for (Request request : REQUESTS) {
            writer.write(request);
        }
        for (Report report : REPORTS) {
            writer.write(report);
        }
        return out.toByteArray();
    }

    /// Reads as the system does at its worst: one byte at a time.
    private static InputStream drop(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return super.read(into, from, Math.min(1, length));
            }
        };
    }

    private static int readAll(InputStream bytes) throws IOException {
        var reader = new Frames.Reader(bytes);
        int read = 0;
        for (Request request : REQUESTS) {
            Request got = reader.request();
            if (got == null) {
                return read;
            }
            assertThat(got).isEqualTo(request);
            read++;
        }
        for (Report report : REPORTS) {
            Report got = reader.report();
            if (got == null) {
                return read;
            }
            assertThat(got).isEqualTo(report).hasSameHashCodeAs(report);
            read++;
        }
        assertThat(reader.report()).isNull();
        return read;
    }

    @Test
    void everythingArrivesAsItWasSentHoweverItIsSplit() throws IOException {
        assertThat(readAll(new ByteArrayInputStream(written()))).isEqualTo(REQUESTS.size() + REPORTS.size());
        assertThat(readAll(drop(written()))).isEqualTo(REQUESTS.size() + REPORTS.size());
    }

    @Test
    void aCutIsNoticedUnlessItIsBetweenFrames() throws IOException {
        byte[] whole = written();
        int between = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                readAll(drop(Arrays.copyOf(whole, length)));
                between++;
            } catch (IOException e) {
                // as it should
            }
        }
        assertThat(between).isEqualTo(REQUESTS.size() + REPORTS.size());
    }

    @Test
    void rubbishIsRefusedAndNothingElse() throws IOException {
        byte[] whole = written();
        int refused = 0;
        for (int seed = 0; seed < DAMAGED; seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            var requests = new Frames.Reader(new ByteArrayInputStream(changed));
            try {
                for (int i = 0; i < REQUESTS.size(); i++) {
                    requests.request();
                }
                for (int i = 0; i <= REPORTS.size(); i++) {
                    requests.report();
                }
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(DAMAGED / 2);
    }

    @Test
    void whatIsTooLongIsNotSent() {
        var writer = new Frames.Writer(new ByteArrayOutputStream());
        assertThatThrownBy(() -> writer.write(new Report.Text(1, "x".repeat(Frames.LONGEST))))
                .isInstanceOf(Frames.FrameTooLong.class)
                .hasMessageMatching("a frame of \\d+ bytes is longer than " + Frames.LONGEST);
    }

    @Test
    void aReportIsNoRequest() throws IOException {
        var out = new ByteArrayOutputStream();
        new Frames.Writer(out).write(new Report.Pong(1));
        assertThatThrownBy(() -> new Frames.Reader(new ByteArrayInputStream(out.toByteArray())).request())
                .isInstanceOf(IOException.class).hasMessage("there is no request of kind 28");
    }
}
