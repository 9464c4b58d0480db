package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;

/// Puts a gateway together and starts it.
public interface Runner {

    /// Starts a gateway and returns when it listens.
    ///
    /// @throws StartException when it cannot start; nothing is left running then
    Running start(Settings settings, Home home) throws StartException;

    /// A gateway that serves.
    interface Running extends AutoCloseable {

        /// Where clients are served: the real port when the configured one is 0.
        int port();

        /// Where operators are served.
        int managementPort();

        /// Stops taking calls, lets those under way end within the configured time, and stops the rest.
        @Override
        void close();
    }
}
