package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/// A PostgreSQL, into which many nodes may book.
///
/// TLS, certificates and all else are as its driver has them, in the address. A server that is silent is given up after seconds:
/// what is to be booked waits in the journal.
final class LedgerPostgres implements LedgerPlace {
    private static final String MIGRATIONS = "classpath:dev/formulary/engine/store/ledger-postgresql";
    /// Of its own, as the database may hold other tables; the address may name another.
    private static final String SCHEMA = "formulary";
    private static final String MIGRATED = "ledger_versions";
    private static final int CONNECT_SECONDS = 5;
    private static final int SILENT_SECONDS = 10;
    private static final int REPORT_MS = 60_000;

    private final PGSimpleDataSource source = new PGSimpleDataSource();
    private final String shown;
    private final AtomicBoolean migrated = new AtomicBoolean();

    LedgerPostgres(LedgerDatabase database) {
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(SILENT_SECONDS);
        source.setTcpKeepAlive(true);
        source.setApplicationName("formulary");
        // it would name the values of a row that can't be written
        source.setLogServerErrorDetail(false);
        source.setCurrentSchema(SCHEMA);
        // what stands in the address wins
        source.setURL(database.url());
        // it would hide which rows were new
        source.setReWriteBatchedInserts(false);
        if (database.user() != null) {
            source.setUser(database.user());
        }
        if (database.password() != null) {
            source.setPassword(database.password().value());
        }
        int options = database.url().indexOf('?');
        shown = options < 0 ? database.url() : database.url().substring(0, options);
    }

    @Override
    public Connection write() throws SQLException {
        if (!migrated.get()) {
            migrate();
            migrated.set(true);
        }
        Connection connection = source.getConnection();
        try {
            // what is committed goes from the journal, so it may not be lost by the server
            Database.execute(connection, "set synchronous_commit to on");
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Nodes that start at the same time wait for each other.
    private void migrate() throws SQLException {
        try {
            Flyway.configure(LedgerPostgres.class.getClassLoader()).dataSource(source).locations(MIGRATIONS)
                    .schemas(Objects.requireNonNullElse(source.getCurrentSchema(), SCHEMA)).table(MIGRATED).load()
                    .migrate();
        } catch (FlywayException e) {
            throw new SQLException("the tables can't be made or brought up to date in " + shown + ": "
                    + reason(e), e);
        }
    }

    private static String reason(FlywayException e) {
        Throwable cause = e;
        while (!(cause instanceof SQLException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public Connection read() throws SQLException {
        Connection connection = source.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, REPORT_MS);
            connection.setReadOnly(true);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Whether it does is known by asking.
    @Override
    public boolean exists() {
        return true;
    }

    /// What is committed is on its disk.
    @Override
    public void settle(Connection open) {}

    /// Its administrator knows how large it may be; a table does not become smaller by what is deleted.
    @Override
    public boolean exceeds(Connection open, long bytes) {
        return false;
    }

    @Override
    public void shrink(Connection open) {}

    @Override
    public boolean putAside(SQLException problem, long millis) {
        return false;
    }

    @Override
    public String toString() {
        return shown;
    }
}
