package dev.formulary.engine.transport;

import dev.formulary.spi.HttpTransport;

/// An attempt that wants to know of the heads of the responses that it gets, beside the plug-in that reads them.
@FunctionalInterface
public interface HeadListener {
    /// The head of a response has come; its body is not to be read. Called on the attempt's own thread; must be quick and must
    /// not throw.
    void head(HttpTransport.Response response);
}
