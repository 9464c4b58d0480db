package dev.formulary.local.child;

import java.nio.file.Path;
import java.util.List;

/// The files of the library.
///
/// @param base what the others rest on, `libggml-base`
/// @param ggml `libggml`
/// @param llama `libllama`
/// @param ownBackends whether the parts for the processors lie beside it; otherwise they are where the library was built to
///        look for them
public record LibraryFiles(Path base, Path ggml, Path llama, boolean ownBackends) {

    /// As the process takes them.
    public List<String> arguments() {
        return List.of(base.toString(), ggml.toString(), llama.toString(), Boolean.toString(ownBackends));
    }

    static LibraryFiles of(String[] arguments) {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("the process needs the library's four arguments");
        }
        return new LibraryFiles(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]),
                Boolean.parseBoolean(arguments[3]));
    }
}
