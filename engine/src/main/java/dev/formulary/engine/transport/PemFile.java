package dev.formulary.engine.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file in PEM format, RFC 7468: blocks of Base64 between lines that say what they are.
///
/// @param path for complaints
/// @param blocks in the order of the file
record PemFile(Path path, List<Block> blocks) {
    private static final long LARGEST = 1L << 20;
    private static final Pattern BLOCK = Pattern
            .compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*+)-----END \\1-----");
    private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z0-9-]+:.*$");

    /// @param label what it is, for example `CERTIFICATE`
    /// @param headers what old formats put before the data, for example that it is encrypted
    record Block(String label, String headers, byte[] der) {}

    /// @param setting the setting that names the file, for complaints
    /// @throws IOException when it can't be read, saying why; never with what stands in it
    static PemFile read(Path path, String setting) throws IOException {
        try {
            if (Files.size(path) > LARGEST) {
                throw new IOException(
                        setting + ": " + path + " has more than " + LARGEST + " bytes; that is no PEM file");
            }
            return new PemFile(path, blocks(Files.readString(path, StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            throw new IOException(setting + ": " + path + " is not there", e);
        } catch (AccessDeniedException e) {
            throw new IOException(setting + ": " + path + " may not be read by the user that runs the gateway", e);
        } catch (UncheckedIOException e) {
            throw new IOException(setting + ": " + path + " holds a block that is not Base64", e);
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> all = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            StringBuilder headers = new StringBuilder();
            String data = HEADER.matcher(block.group(2)).replaceAll(header -> {
                headers.append(header.group()).append('\n');
                return "";
            });
            try {
                all.add(new Block(block.group(1), headers.toString(),
                        Base64.getDecoder().decode(data.replaceAll("\\s", ""))));
            } catch (IllegalArgumentException e) {
                throw new UncheckedIOException(new IOException("not Base64"));
            }
        }
        return List.copyOf(all);
    }
}
