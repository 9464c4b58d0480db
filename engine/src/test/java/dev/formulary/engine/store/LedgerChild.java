package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerDatabase;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.Secret;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/// A process of its own that books until it is killed. It prints `b CALL.` before an attempt begins and `e CALL.` when its end
/// has been booked. Its arguments are its folder, how its calls' names begin, and the PostgreSQL into which it books, if any.
final class LedgerChild {
    private static final int THREADS = 6;
    /// After so many attempts a thread waits until they are carried over, so that kills hit that, too.
    private static final int PACE = 40;

    private LedgerChild() {}

    static long cost(String call) {
        return Math.floorMod(call.hashCode(), 900) + 1L;
    }

    static long most(String call) {
        return 1_000_000 + cost(call);
    }

    static void main(String... args) throws IOException {
        Path data = Path.of(args[0]);
        LedgerPlace place = args.length == 2
                ? new LedgerSqlite(data.resolve(LedgerFile.FILE), data)
                : new LedgerPostgres(new LedgerDatabase(args[2], Postgres.USER, new Secret(Postgres.PASSWORD)));
        var ledger = new Ledger(data, place, LedgerSettings.USUAL, "ward", "keep", _ -> {}, Clock.systemUTC(), 0,
                args.length == 2 ? 1 << 16 : LedgerJournal.USUAL_BYTES);
        for (int i = 0; i < THREADS; i++) {
            String name = args[1] + "-" + i + "-";
            Thread.ofPlatform().start(() -> book(ledger, name));
        }
    }

    private static void book(Ledger ledger, String name) {
        for (int i = 0; i < 1_000_000; i++) {
            String call = name + i;
            System.out.println("b " + call + ".");
            ledger.begin(new Beginning(Books.call(call, "home", "s" + i % 7), 1, Books.MODEL, "r", null, most(call),
                    true)).ended(Booked.ANSWERED, Usage.of((int) cost(call), 0), cost(call));
            if (ledger.lost() > 0) {
                throw new IllegalStateException("there is no room for so much");
            }
            System.out.println("e " + call + ".");
            if (i % PACE == 0) {
                ledger.flush();
            }
        }
    }
}
