package dev.formulary.engine.store;

import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.LedgerDatabase;
import dev.formulary.engine.config.Secret;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A PostgreSQL of a test's own on 127.0.0.1, by Debian's package `postgresql`. It runs as `postgres` where the test is run by
/// root, which it refuses to be.
final class Postgres implements AutoCloseable {
    static final String USER = "formulary";
    static final String PASSWORD = "correct horse";
    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql");
    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private final Path home;
    private final int port;
    private Process server;

    private Postgres(Path home, int port) throws IOException {
        this.home = home;
        this.port = port;
        server = launch();
    }

    static Postgres start() throws Exception {
        Path home = Files.createTempDirectory("formulary-postgres");
        Path password = Files.writeString(home.resolve("password"), PASSWORD);
        if (ROOT) {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-x--x"));
            var postgres = home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(password, postgres);
            Files.setOwner(home, postgres);
        }
        var made = new ProcessBuilder(command("initdb", "-D", home.resolve("data").toString(), "-U", USER,
                "--auth=scram-sha-256", "--pwfile=" + password, "--no-sync", "--encoding=UTF8", "--locale=C"))
                .redirectErrorStream(true).start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (made.waitFor() != 0) {
            throw new IllegalStateException("initdb: " + said);
        }
        return new Postgres(home, freePort()).ready();
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static List<String> command(String program, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        try (Stream<Path> versions = Files.list(PROGRAMS)) {
            command.add(versions.map(each -> each.resolve("bin").resolve(program)).filter(Files::isExecutable)
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IllegalStateException("no " + program + " is below " + PROGRAMS))
                    .toString());
        }
        command.addAll(List.of(options));
        return command;
    }

    private Process launch() throws IOException {
        // what a killed process wrote is in the system's memory: only a machine that loses power needs fsync
        return new ProcessBuilder(command("postgres", "-D", home.resolve("data").toString(), "-p", "" + port, "-k",
                home.toString(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=16MB"))
                .redirectErrorStream(true).redirectOutput(Path.of("/dev/null").toFile()).start();
    }

    private Postgres ready() {
        await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50)).until(this::answers);
        return this;
    }

    private boolean answers() throws IOException {
        if (!server.isAlive()) {
            // children of one that was killed hold its memory for a moment
            server = launch();
        }
        try (Connection open = connect("postgres")) {
            return open.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), USER, PASSWORD);
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /// A new database.
    LedgerPostgres database(String name) throws SQLException {
        try (Connection open = connect("postgres")) {
            Database.execute(open, "create database " + name);
        }
        return place(name);
    }

    LedgerPostgres place(String name) {
        return new LedgerPostgres(new LedgerDatabase(url(name), USER, new Secret(PASSWORD)));
    }

    /// As `kill -9` does.
    void kill() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    /// Starts it again after it was killed.
    void restart() throws IOException {
        server = launch();
        ready();
    }

    @Override
    public void close() throws IOException {
        try {
            // at once, without waiting for who is connected
            new ProcessBuilder("kill", "-QUIT", "" + server.pid()).start().waitFor();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> all = Files.walk(home)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
