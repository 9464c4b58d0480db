package dev.formulary.testkit;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;

/// A reply that a test writes while it goes on: nothing is sent before the test says so. For one request. Thread-safe.
///
/// ```
/// var script = new VendorScript("text/event-stream");
/// vendor.next("/v1/chat/completions", script);
/// ...   // the caller asks
/// script.send("data: {}\n\n");
/// ...   // the caller has seen it
/// script.end();
/// ```
@NullMarked
public final class VendorScript implements VendorReply {
    private interface Step {
        void on(VendorWire wire) throws IOException;
    }

    private final String contentType;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean over;

    /// @param contentType of the answer
    public VendorScript(String contentType) {
        this.contentType = contentType;
    }

    @Override
    public void write(VendorServer.Request request, VendorWire wire) throws IOException, InterruptedException {
        asked.countDown();
        boolean begun = false;
        while (!over || !steps.isEmpty()) {
            Step step = steps.poll();
            if (step == null) {
                wire.pause(2);
                continue;
            }
            if (!begun) {
                wire.head(contentType);
                begun = true;
            }
            step.on(wire);
        }
    }

    /// Waits ten seconds at most for somebody to ask.
    public void awaitRequest() throws InterruptedException {
        if (!asked.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody asked");
        }
    }

    /// Sends a chunk.
    public void send(String chunk) {
        steps.add(wire -> wire.chunk(chunk));
    }

    /// Ends the answer as it should.
    public void end() {
        steps.add(VendorWire::end);
        over = true;
    }

    /// Breaks the connection off.
    public void cut() {
        steps.add(VendorWire::cut);
        over = true;
    }
}
