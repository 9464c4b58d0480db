package dev.formulary.engine.config;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL into which one node or many book what attempts cost.
///
/// @param url as its driver takes it, without user and password: `jdbc:postgresql://HOST:PORT/DATABASE?sslmode=verify-full`
/// @param user who books; null leaves it to the driver
/// @param password null leaves it to the driver, which may read a file of its own or take a client's certificate
public record LedgerDatabase(String url, @Nullable String user, @Nullable Secret password) {
    private static final Pattern URL = Pattern.compile("jdbc:postgresql:\\S+");
    private static final Pattern SECRET = Pattern.compile("[?&](user|\\w*password)=|//[^/?]*@");

    /// @return null where none is configured
    static @Nullable LedgerDatabase read(Section s) {
        String url = s.text("database", "", URL, "jdbc:postgresql://HOST:PORT/DATABASE");
        String user = s.optionalText("user");
        Secret password = s.optionalSecret("password");
        if (SECRET.matcher(url.toLowerCase(Locale.ROOT)).find()) {
            s.complain("database", "may not name a user or a password; they have settings of their own, ledger.user and"
                    + " ledger.password");
        }
        if (url.isEmpty() && (user != null || password != null)) {
            s.complain(user == null ? "password" : "user", "has no effect without ledger.database");
        }
        return url.isEmpty() ? null : new LedgerDatabase(url, user, password);
    }
}
