package dev.formulary.engine.telemetry;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Numbers for names, by which equal names can be told and nobody can tell which they are: the beginning of HMAC-SHA-256 under
/// a key that nobody knows and that ends with the process. Thread-safe.
final class Anonym {
    private static final String MAC = "HmacSHA256";
    private static final int BYTES = 8;

    private final SecretKeySpec key;

    Anonym() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, MAC);
    }

    /// 16 hexadecimal digits.
    String of(String name) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return HexFormat.of()
                    .formatHex(Arrays.copyOf(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)), BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }
}
