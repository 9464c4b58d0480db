package dev.formulary.engine.mqtt;

import java.util.concurrent.atomic.AtomicBoolean;

/// Acknowledges once, however often it is asked to.
final class Receipt implements Runnable {
    private final AtomicBoolean given = new AtomicBoolean();
    private final Runnable acknowledge;

    Receipt(Runnable acknowledge) {
        this.acknowledge = acknowledge;
    }

    @Override
    public void run() {
        if (given.compareAndSet(false, true)) {
            acknowledge.run();
        }
    }
}
